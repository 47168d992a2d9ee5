import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { announce } from '../../ui/announcements';
import { useMe } from '../colleagues';
import { priorities, type BulkResult, type Priority, type Thread, type ThreadChanges } from '../messages';
import { tomorrowMorning } from '../threadActions';
import { changeMany } from '../threadRequests';
import { bulkFailureText, inboxFailureText, priorityWords, threadName } from '../words';
import classes from './BulkBar.module.css';

/** The server changes so many at once. */
const mostAtOnce = 100;

interface BulkBarProps {
  ids: ReadonlySet<string>;
  /** Those on screen; nothing else is changed. */
  threads: readonly Thread[];
  /** What stays selected: those that were not changed. */
  onDone: (left: ReadonlySet<string>) => void;
}

interface Outcome {
  readonly text: string;
  readonly changed: number;
  readonly refused: readonly { readonly name: string; readonly why: string }[];
}

/** One change to many threads of those on screen; each is changed by itself, and what was refused stays selected with its reason. */
export function BulkBar({ ids, threads, onDone }: BulkBarProps) {
  const me = useMe();
  const queries = useQueryClient();
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const chosen = threads.flatMap(({ id }) => (ids.has(id) ? [id] : []));
  const bulk = useMutation({
    mutationFn: ({ changes }: { changes: ThreadChanges; text: string }) => changeMany(chosen.slice(0, mostAtOnce), changes),
    onSuccess: (results, { text }) => {
      const told = outcomeOf(results, threads, text);
      setOutcome(told);
      announce(`${told.text}: ${told.changed} changed, ${told.refused.length} not`);
      const changed = new Set(results.filter(({ ok }) => ok).map(({ id }) => id));
      onDone(new Set([...ids].filter((id) => !changed.has(id))));
      void queries.invalidateQueries({ queryKey: ['inbox', 'threads'] });
    },
  });
  const isOff = bulk.isPending || chosen.length === 0;
  const run = (changes: ThreadChanges, text: string) => bulk.mutate({ changes, text });

  return (
    <div className={classes.bar} role="group" aria-label="Selected threads">
      <p className={classes.count}>{selectionText(ids.size, chosen.length)}</p>
      <Button size="compact-sm" variant="default" disabled={isOff} onClick={() => run({ assignedTo: me }, 'Assigned to you')}>
        Assign to me
      </Button>
      <Button size="compact-sm" variant="default" disabled={isOff} onClick={() => run({ status: 'closed' }, 'Closed')}>
        Close
      </Button>
      <Button size="compact-sm" variant="default" disabled={isOff}
        onClick={() => run({ snoozeUntil: tomorrowMorning() }, 'Snoozed')}>
        Snooze until tomorrow
      </Button>
      <select aria-label="Set priority" className={classes.select} value="" disabled={isOff}
        onChange={(event) => run({ priority: event.currentTarget.value as Priority }, 'Priority set')}>
        <option value="">Priority…</option>
        {priorities.map((one) => (
          <option key={one} value={one}>
            {priorityWords[one]}
          </option>
        ))}
      </select>
      <Button size="compact-sm" variant="subtle" onClick={() => onDone(new Set())}>
        Clear
      </Button>
      {bulk.error && <p role="alert" className={classes.failure}>Not changed. {inboxFailureText(bulk.error)}</p>}
      {outcome && outcome.refused.length > 0 && (
        <div role="alert" className={classes.failure}>
          <p>
            {outcome.text}: {outcome.changed} changed, {outcome.refused.length} not. Those stay selected:
          </p>
          <ul>
            {outcome.refused.map(({ name, why }, index) => (
              <li key={index}>
                {name}: {why}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

/** How many are selected, and how many of them a change leaves as they are. */
export function selectionText(selected: number, shown: number): string {
  const hidden = selected - shown;
  const later = Math.max(0, shown - mostAtOnce);
  return [
    `${selected} selected`,
    hidden > 0 && `${hidden} of them not shown and not changed`,
    later > 0 && `${mostAtOnce} changed at once, ${later} stay selected`,
  ].filter(Boolean).join(' · ');
}

export function outcomeOf(results: readonly BulkResult[], threads: readonly Thread[], text: string): Outcome {
  const refused = results.filter(({ ok }) => !ok);
  return {
    text,
    changed: results.length - refused.length,
    refused: refused.map(({ id, error }) => {
      const thread = threads.find((one) => one.id === id);
      return { name: thread ? threadName(thread) : 'A thread', why: bulkFailureText(error?.code ?? '') };
    }),
  };
}
