import { Button, Select, TextInput } from '@mantine/core';
import type { Alert, AlertAction } from '@vagus/client';
import { useState, type FormEvent } from 'react';
import { ActionFailure } from '../ui/ActionFailure';
import { useKept } from '../ui/useKept';
import classes from './AlertDialog.module.css';
import { actionWords } from './alertWords';
import { failureOf, type Answering } from './useAnswer';

const actions = Object.entries(actionWords).map(([value, label]) => ({ value, label }));

/** An acknowledged alert waits for an action, and is over with it. */
export function ResolveForm({ alert, answering }: { alert: Alert; answering: Answering }) {
  const [tried, setTried] = useState(false);
  const initial = { action: null as AlertAction | null, note: '' };
  const { fields: { action, note }, set } = useKept(`resolve ${alert.id}`, () => initial);
  const { mutate, isPending } = answering;
  const error = failureOf(answering, 'resolve');

  function resolve(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (action === null) return;
    mutate({ kind: 'resolve', action, note: note.trim() });
  }

  return (
    <form className={classes.form} onSubmit={resolve}>
      <Select
        label="What was done?"
        data={actions}
        value={action}
        allowDeselect={false}
        placeholder="Choose…"
        error={tried && action === null && 'Choose what was done. Nothing was recorded.'}
        data-autofocus
        onChange={(value) => value && set({ action: value as AlertAction })}
      />
      <TextInput label="Note" autoComplete="off" value={note} onChange={(event) => set({ note: event.currentTarget.value })} />
      {error && <ActionFailure done="recorded" error={error} />}
      <Button type="submit" loading={isPending}>
        Record and settle
      </Button>
    </form>
  );
}
