import { Button, Group, Select, Stack } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useSignedInUser } from '../data/session/useSession';
import { addDays, today } from '../time/days';
import { dateAndTime } from '../time/words';
import { ActionFailure } from '../ui/ActionFailure';
import { announce } from '../ui/announcements';
import { KeptNote } from '../ui/KeptNote';
import { useKept } from '../ui/useKept';
import { instantOf, When } from './AddTurnDialog';
import { useOnCallChange, type Away } from './onCall';
import classes from './OnCall.module.css';
import { useStaff, useStaffName } from './staff';

/** Who is away and who stands in; and the signed-in person's own absence. */
export function AwaySection({ away }: { away: readonly Away[] }) {
  const user = useSignedInUser();
  const nameOf = useStaffName();
  const own = away.find(({ userId }) => userId === user?.id);
  const back = useOnCallChange(() => announce('You are not away any more'));
  return (
    <section aria-labelledby="away" className={classes.away}>
      <h2 id="away">Away</h2>
      {away.length === 0 && <p>Nobody is away.</p>}
      {away.length > 0 && (
        <ul>
          {away.map((one) => (
            <li key={one.userId}>
              <strong>{nameOf(one.userId)}</strong>: {dateAndTime(one.from)} – {dateAndTime(one.until)}
              {one.delegateTo ? `, ${nameOf(one.delegateTo)} stands in` : ', nobody named stands in'}
            </li>
          ))}
        </ul>
      )}
      {back.error && <ActionFailure done="ended" error={back.error} />}
      {own ? (
        <Button variant="default" loading={back.isPending} onClick={() => back.mutate({ kind: 'back' })}>
          I am not away
        </Button>
      ) : (
        <AwayForm />
      )}
    </section>
  );
}

function AwayForm() {
  const user = useSignedInUser();
  const staff = useStaff().filter(({ userId }) => userId !== user?.id);
  const { fields: { from, until, delegateTo }, set, forget, clear, wasKept } = useKept('away', () => ({
    from: { day: today(), time: '08:00' }, until: { day: addDays(today(), 1), time: '08:00' }, delegateTo: null as string | null,
  }));
  const [tried, setTried] = useState(false);
  const change = useOnCallChange(() => {
    forget();
    announce('Your absence is saved');
  });
  const [begins, ends] = [instantOf(from), instantOf(until)];
  const isBackwards = begins !== null && ends !== null && ends <= begins;

  function save(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (begins === null || ends === null || isBackwards) return;
    change.mutate({ kind: 'away', from: begins.toISOString(), until: ends.toISOString(), ...(delegateTo ? { delegateTo } : {}) });
  }

  return (
    <form noValidate onSubmit={save} className={classes.form} aria-label="I am away">
      <Stack gap="sm">
        <h3>I am away</h3>
        <KeptNote wasKept={wasKept} clear={clear} />
        <When
          label="From"
          value={from}
          error={tried && begins === null ? 'Choose a date and a time' : null}
          onChange={(value) => set({ from: value })}
        />
        <When
          label="Until"
          value={until}
          error={tried && ends === null ? 'Choose a date and a time' : tried && isBackwards ? 'It ends before it begins' : null}
          onChange={(value) => set({ until: value })}
        />
        <Select
          label="Who stands in"
          placeholder="Nobody in particular"
          data={staff.map((one) => ({ value: one.userId, label: `${one.name}, ${one.role.replaceAll('_', ' ')}` }))}
          value={delegateTo}
          clearable
          searchable
          nothingFoundMessage="Nobody of this name"
          onChange={(value) => set({ delegateTo: value })}
        />
        {change.error && <ActionFailure done="saved" error={change.error} />}
        <Group>
          <Button type="submit" variant="default" loading={change.isPending}>
            Save my absence
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
