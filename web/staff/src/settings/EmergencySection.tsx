import { Button, Group, Stack, Textarea } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { IconShieldCheck } from '@tabler/icons-react';
import { Problem } from '@vagus/client';
import { useState, type FormEvent } from 'react';
import { getJson, sendJson } from '../data/care/requests';
import { usePatientsById } from '../data/fhir/patientsById';
import { personName } from '../data/fhir/words';
import { roleText } from '../data/session/roleWords';
import { dateAndTime } from '../time/words';
import { ActionFailure } from '../ui/ActionFailure';
import { Dialog } from '../ui/Dialog';
import { Told } from '../ui/failures';
import { KeptNote } from '../ui/KeptNote';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure, Nothing } from '../ui/Notice';
import { useKept } from '../ui/useKept';
import { ScrollingTable } from './ScrollingTable';
import classes from './Settings.module.css';
import { useAdminAction } from './useAdminAction';

interface Emergency {
  readonly id: string;
  readonly displayName: string;
  readonly role: string;
  readonly patientId: string;
  readonly reason: string | null;
  readonly begunAt: string;
  readonly endsAt: string;
  readonly endedAt?: string | null;
  readonly verdict?: string | null;
  readonly note?: string | null;
}

interface Verdict {
  readonly id: string;
  readonly verdict: 'justified' | 'unjustified';
  readonly note: string;
}

const emergenciesKey = ['settings', 'emergencies'];

/** Who opened labelled records in an emergency; each is looked at by an administrator afterwards. */
export function EmergencySection() {
  const [reviewed, setReviewed] = useState<Emergency | null>(null);
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: emergenciesKey,
    queryFn: ({ pageParam }) =>
      getJson<{ items: readonly Emergency[]; next: string | null }>(
        `/api/admin/break-glass?${new URLSearchParams({ limit: '50', ...(pageParam ? { after: pageParam } : {}) })}`,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  const people = usePatientsById(items.map(({ patientId }) => patientId));
  if (isPending) return <LoadingRows label="Loading emergencies" count={3} height={44} />;
  if (error && !data) return <LoadFailure what="Emergency access" error={error} onRetry={() => void refetch()} />;
  return (
    <>
      {items.length === 0 && (
        <Nothing icon={<IconShieldCheck size={32} aria-hidden="true" />}>
          Nobody has opened labelled records in an emergency. One that does appears here, and asks for a review.
        </Nothing>
      )}
      {items.length > 0 && (
        <ScrollingTable label="Emergency access" heads={['Who', 'Whose records', 'Why', 'When', 'Review']}>
          {items.map((item) => {
            const person = people.get(item.patientId);
            return (
              <tr key={item.id}>
                <th scope="row">
                  {item.displayName}
                  <div className={classes.quiet}>{roleText(item.role)}</div>
                </th>
                <td>{person ? personName(person) : item.patientId}</td>
                <td>{item.reason ?? 'No reason was given'}</td>
                <td>
                  {dateAndTime(item.begunAt)}
                  <div className={classes.quiet}>until {dateAndTime(item.endedAt ?? item.endsAt)}</div>
                </td>
                <td>
                  {item.verdict ? (
                    <>
                      {item.verdict === 'justified' ? 'Justified' : 'Not justified'}
                      <div className={classes.quiet}>{item.note}</div>
                    </>
                  ) : (
                    <Button size="compact-sm" variant="default" onClick={() => setReviewed(item)}>
                      Review…
                    </Button>
                  )}
                </td>
              </tr>
            );
          })}
        </ScrollingTable>
      )}
      {hasNextPage && (
        <Button variant="default" mt="sm" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show older ones
        </Button>
      )}
      <Dialog title="Review the emergency" opened={reviewed !== null} onClose={() => setReviewed(null)} holdsInput>
        {reviewed && <ReviewForm emergency={reviewed} onClose={() => setReviewed(null)} />}
      </Dialog>
    </>
  );
}

function ReviewForm({ emergency, onClose }: { emergency: Emergency; onClose: () => void }) {
  const { fields: { note }, set, forget, clear, wasKept } = useKept(`emergency ${emergency.id}`, () => ({ note: '' }));
  const [tried, setTried] = useState(false);
  const review = useAdminAction<Verdict, unknown>({
    run: ({ id, ...said }) => sendJson('POST', `/api/admin/break-glass/${encodeURIComponent(id)}/review`, said).catch(told),
    done: 'recorded',
    about: 'the review',
    reloads: emergenciesKey,
    thenHere: () => {
      forget();
      onClose();
    },
  });

  function decide(verdict: Verdict['verdict']): void {
    setTried(true);
    if (note.trim() !== '') review.mutate({ id: emergency.id, verdict, note: note.trim() });
  }

  return (
    <form noValidate onSubmit={(event: FormEvent) => event.preventDefault()}>
      <Stack gap="sm">
        <KeptNote wasKept={wasKept} clear={clear} />
        <p>
          {emergency.displayName}, {dateAndTime(emergency.begunAt)}: {emergency.reason ?? 'no reason was given'}
        </p>
        <Textarea
          label="What you found"
          rows={3}
          data-autofocus
          value={note}
          error={tried && note.trim() === '' && 'Write what you found. Nothing was recorded.'}
          onChange={(event) => set({ note: event.currentTarget.value })}
        />
        {review.error && <ActionFailure done="recorded" error={review.error} />}
        <Group gap="xs">
          <Button loading={review.isPending} onClick={() => decide('justified')}>
            Justified
          </Button>
          <Button color="red" variant="outline" disabled={review.isPending} onClick={() => decide('unjustified')}>
            Not justified
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const refusals: Readonly<Record<string, string>> = {
  own_break_glass: 'This was you. Another administrator reviews it.',
  break_glass_open: 'It is not over yet. Review it afterwards.',
  already_reviewed: 'A colleague has reviewed it. Nothing of yours was recorded.',
};

function told(error: unknown): never {
  const text = error instanceof Problem ? refusals[error.code] : undefined;
  throw text ? new Told(text) : error;
}
