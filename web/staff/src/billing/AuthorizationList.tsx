import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconReceipt } from '@tabler/icons-react';
import { usePatientsById } from '../data/fhir/patientsById';
import { personName } from '../data/fhir/words';
import { dateText } from '../time/words';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure, Nothing } from '../ui/Notice';
import classes from '../ui/Worklist.module.css';
import { authorizationsQuery, authorizationWords, type Authorization } from './authorizations';

/** What waits for a step of this clinic comes first: what was denied, then what was not sent. */
const order = ['denied', 'requested', 'pending', 'approved', 'cancelled'] as const;

/** What insurers were asked to agree to before it is done. */
export function AuthorizationList({ open }: { open: string | undefined }) {
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(authorizationsQuery);
  const all = (data?.pages.flatMap(({ items }) => items) ?? []).toSorted(byUrgency);
  const people = usePatientsById(all.map(({ patientId }) => patientId));
  if (isPending) return <LoadingRows label="Loading prior authorizations" count={6} height={52} />;
  if (error && !data) return <LoadFailure what="Prior authorizations" error={error} onRetry={() => void refetch()} />;
  return (
    <div>
      {all.length === 0 && !hasNextPage && (
        <Nothing icon={<IconReceipt size={32} aria-hidden="true" />}>
          No prior authorization was asked for. One that is asked for appears here by itself.
        </Nothing>
      )}
      {all.length > 0 && (
        <ul className={classes.list} aria-label="Prior authorizations">
          {all.map((each) => {
            const person = people.get(each.patientId ?? '');
            return (
              <li key={each.id}>
                <Link
                  to="/billing"
                  search={{ view: 'authorizations', open: each.id }}
                  className={classes.row}
                  aria-current={each.id === open ? 'true' : undefined}
                  preload={false}
                  resetScroll={false}
                >
                  <span className={classes.cell}>
                    <strong>{person ? personName(person) : 'Patient'}</strong>
                    <span className={classes.second}>{person?.birthDate ? `born ${dateText(person.birthDate)}` : ' '}</span>
                  </span>
                  <span className={classes.cell}>
                    <span>{each.service ?? 'No service named'}</span>
                    <span className={classes.second}>{[each.payer, each.reason].filter(Boolean).join(' · ')}</span>
                  </span>
                  <span className={classes.end}>
                    <span className={classes.chip} data-tone={each.status === 'denied' ? 'late' : undefined}>
                      {authorizationWords[each.status]}
                    </span>
                    <span className={classes.second}>{each.createdAt ? `since ${dateText(each.createdAt)}` : ' '}</span>
                  </span>
                </Link>
              </li>
            );
          })}
        </ul>
      )}
      {hasNextPage && (
        <Button variant="default" className={classes.more ?? ''} loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show older prior authorizations
        </Button>
      )}
    </div>
  );
}

/** Within a state as the server gives them, the newest first. */
function byUrgency(one: Authorization, other: Authorization): number {
  return order.indexOf(one.status) - order.indexOf(other.status);
}
