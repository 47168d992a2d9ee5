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

interface BulkBarProps {
  ids: ReadonlySet<string>;
  threads: readonly Thread[];
  /** What stays selected: those that were not changed. */
  onDone: (left: ReadonlySet<string>) => void;
}

interface Outcome {
  readonly text: string;
  readonly changed: number;
  readonly refused: readonly { readonly name: string; readonly why: string }[];
}

/** One change to many threads; each is changed by itself, and what was refused stays selected with its reason. */
export function BulkBar({ ids, threads, onDone }: BulkBarProps) {
  const me = useMe();
  const queries = useQueryClient();
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const bulk = useMutation({
    mutationFn: ({ changes }: { changes: ThreadChanges; text: string }) => changeMany([...ids].slice(0, 100), changes),
    onSuccess: (results, { text }) => {
      const told = outcomeOf(results, threads, text);
      setOutcome(told);
      announce(`${told.text}: ${told.changed} changed, ${told.refused.length} not`);
      onDone(new Set(results.filter(({ ok }) => !ok).map(({ id }) => id)));
      void queries.invalidateQueries({ queryKey: ['inbox', 'threads'] });
    },
  });
  const run = (changes: ThreadChanges, text: string) => bulk.mutate({ changes, text });

  return (
    <div className={classes.bar} role="group" aria-label="Selected threads">
      <p className={classes.count}>{ids.size} selected</p>
      <Button size="compact-sm" variant="default" disabled={bulk.isPending} onClick={() => run({ assignedTo: me }, 'Assigned to you')}>
        Assign to me
      </Button>
      <Button size="compact-sm" variant="default" disabled={bulk.isPending} onClick={() => run({ status: 'closed' }, 'Closed')}>
        Close
      </Button>
      <Button size="compact-sm" variant="default" disabled={bulk.isPending}
        onClick={() => run({ snoozeUntil: tomorrowMorning() }, 'Snoozed')}>
        Snooze until tomorrow
      </Button>
      <select aria-label="Set priority" className={classes.select} value="" disabled={bulk.isPending}
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
