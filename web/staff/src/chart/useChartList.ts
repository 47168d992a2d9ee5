import { useInfiniteQuery } from '@tanstack/react-query';
import { chartListQuery, type ChartLists } from './chart';

export interface LoadedList<T> {
  /** Null until the first page is there. */
  readonly items: readonly T[] | null;
  readonly error: Error | null;
  readonly hasOlder: boolean;
  readonly isLoadingOlder: boolean;
  loadOlder: () => void;
  retry: () => void;
}

/** A list of the chart, the newest first, as many pages of it as were asked for. */
export function useChartList<Name extends keyof ChartLists>(
  patientId: string,
  list: Name,
  { asOf, enabled = true }: { asOf: string | undefined; enabled?: boolean },
): LoadedList<ChartLists[Name]> {
  const query = useInfiniteQuery({ ...chartListQuery(patientId, list, asOf), enabled });
  return {
    items: query.data?.pages.flatMap((page) => page.items) ?? null,
    error: query.error,
    hasOlder: query.hasNextPage,
    isLoadingOlder: query.isFetchingNextPage,
    loadOlder: () => void query.fetchNextPage(),
    retry: () => void query.refetch(),
  };
}
