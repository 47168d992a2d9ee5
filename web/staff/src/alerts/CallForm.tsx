import { Button, Group, Switch, TextInput } from '@mantine/core';
import type { Alert } from '@vagus/client';
import { useState, type FormEvent } from 'react';
import { ActionFailure } from '../ui/ActionFailure';
import { useKept } from '../ui/useKept';
import classes from './AlertDialog.module.css';
import { failureOf, type Answering } from './useAnswer';

/** The last level is a telephone: whom somebody called, whether that person answered, and what was read back. */
export function CallForm({ alert, answering, onBack }: { alert: Alert; answering: Answering; onBack: () => void }) {
  const { fields, set } = useKept(keptAs(alert), () => ({ called: '', reached: false, readBack: '' }));
  const { called, reached, readBack } = fields;
  const [missing, setMissing] = useState(false);
  const { mutate, isPending } = answering;
  const error = failureOf(answering, 'calls');

  function record(event: FormEvent): void {
    event.preventDefault();
    setMissing(called.trim() === '');
    if (called.trim() !== '') mutate({ kind: 'calls', called: called.trim(), reached, readBack: reached ? readBack.trim() : '' });
  }

  return (
    <form className={classes.form} onSubmit={record}>
      <TextInput
        label="Whom did you call?"
        autoComplete="off"
        data-autofocus
        value={called}
        error={missing ? 'Write down whom you called' : undefined}
        onChange={(event) => set({ called: event.currentTarget.value })}
      />
      <Switch label="Somebody answered" checked={reached} onChange={(event) => set({ reached: event.currentTarget.checked })} />
      {reached && (
        <TextInput
          label="What was read back?"
          autoComplete="off"
          value={readBack}
          onChange={(event) => set({ readBack: event.currentTarget.value })}
        />
      )}
      {error && <ActionFailure done="recorded" error={error} />}
      <Group>
        <Button type="submit" loading={isPending}>
          Record the call
        </Button>
        <Button variant="default" onClick={onBack}>
          Back
        </Button>
      </Group>
    </form>
  );
}

/** What was told and read back belongs to the value: a corrected one asks for another call. */
function keptAs({ id, message }: Pick<Alert, 'id' | 'message'>): string {
  return `call ${id} ${message}`;
}
