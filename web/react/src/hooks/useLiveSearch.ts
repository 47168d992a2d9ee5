import type { FhirResource, LiveSearchOptions, SearchState } from '@vagus/client';
import { useCallback, useMemo } from 'react';
import { useVagus } from '../provider/VagusProvider.js';
import { useConnection } from './useConnection.js';
import { useStore } from './useStore.js';

export interface LiveSearchResult<R extends FhirResource> extends SearchState<R> {
  /** The list is exact now: the search is open and its connection misses nothing. */
  readonly live: boolean;
  /** Asks once more after a refusal. */
  readonly retry: () => void;
}

const closed = {
  state: { status: 'closed', resources: [], sequence: null, complete: false, total: null, notice: null, error: null } as SearchState<never>,
  watch: () => () => {},
  retry: () => {},
};

/**
 * The list of a FHIR search (`Appointment?date=2026-11-26`), kept exact. `compare` has to be the same function at each rendering;
 * null searches for nothing.
 */
export function useLiveSearch<R extends FhirResource = FhirResource>(
  query: string | null,
  { compare }: LiveSearchOptions<R> = {},
): LiveSearchResult<R> {
  // Another person's list is another one.
  const services = useVagus();
  const { connected } = useConnection();
  const search = useMemo(
    () => (query === null ? closed : services.connection.liveSearch<R>(query, compare ? { compare } : {})),
    [services, query, compare],
  );
  const state = useStore<SearchState<R>>(search);
  const retry = useCallback(() => search.retry(), [search]);
  return { ...state, live: connected && state.status === 'live', retry };
}
