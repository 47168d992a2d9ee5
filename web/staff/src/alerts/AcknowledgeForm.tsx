import { Button, TextInput } from '@mantine/core';
import type { Alert } from '@vagus/client';
import type { FormEvent } from 'react';
import { ActionFailure } from '../ui/ActionFailure';
import { useKept } from '../ui/useKept';
import classes from './AlertDialog.module.css';
import { failureOf, type Answering } from './useAnswer';

/** Takes the alert on, with the value read back: what was typed stays when it is refused. */
export function AcknowledgeForm({ alert, isMine, answering }: { alert: Alert; isMine: boolean; answering: Answering }) {
  const { fields: { readBack }, set } = useKept(keptAs(alert), () => ({ readBack: '' }));
  const { mutate, isPending } = answering;
  const error = failureOf(answering, 'acknowledge');

  function acknowledge(event: FormEvent): void {
    event.preventDefault();
    mutate({ kind: 'acknowledge', readBack: readBack.trim() });
  }

  return (
    <form className={classes.form} onSubmit={acknowledge}>
      <TextInput
        label="Read back the value"
        description="Type the value as you read it. Your clinic may demand it."
        data-autofocus
        autoComplete="off"
        value={readBack}
        onChange={(event) => set({ readBack: event.currentTarget.value })}
      />
      {!isMine && <p className={classes.hint}>{alert.owner?.name || 'A colleague'} has this alert. If you acknowledge it, it is yours.</p>}
      {error && <ActionFailure done="acknowledged" error={error} />}
      <Button type="submit" color="red" loading={isPending}>
        {isMine ? 'Acknowledge' : 'Acknowledge and take over'}
      </Button>
    </form>
  );
}

/** What was read back belongs to the value: a corrected one is another. */
function keptAs({ id, message }: Pick<Alert, 'id' | 'message'>): string {
  return `acknowledge ${id} ${message}`;
}
