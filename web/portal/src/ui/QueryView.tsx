import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useActing } from '../data/people';
import { useWords } from '../words/useWords';
import { failureKey, isMissing } from './failures';
import { Loading } from './Loading';
import { Failure, Notice } from './Notice';
import { useFailure } from './useFailure';

interface QueryViewProps<Data> {
  readonly query: UseQueryResult<Data>;
  readonly rows?: number;
  readonly children: (data: Data) => ReactNode;
}

/** Every state of a read: loading, closed, failed, and out of date with what was loaded before. */
export function QueryView<Data>({ query, rows, children }: QueryViewProps<Data>) {
  const { t, dates } = useWords();
  const { isForOther, name } = useActing();
  const { data, isPending } = query;
  const error = useFailure(query);
  const again = () => void query.refetch();
  if (isMissing(error) && isForOther) return <Notice>{t('acting.closed', { name: name ?? '' })}</Notice>;
  if (data !== undefined) {
    return (
      <>
        {error && (
          <Notice tone="late" role="status">
            {t('common.stale', { time: dates.time(new Date(query.dataUpdatedAt)) })} {t(failureKey(error))}
          </Notice>
        )}
        {children(data)}
      </>
    );
  }
  if (isPending && !error) return <Loading {...(rows === undefined ? {} : { rows })} />;
  return <Failure error={error} onAgain={again} />;
}
