import type { UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';

/** Why a query has no answer. While the same is asked again the failure stays: what is wrong does not give way to "loading". */
export function useFailure(query: UseQueryResult<unknown>): Error | null {
  const [last, setLast] = useState<Error | null>(null);
  const isAskedAgain = query.isPending && query.isFetching && query.errorUpdateCount > 0;
  const now = isAskedAgain ? last : query.error;
  if (now !== last) setLast(now);
  return now;
}
