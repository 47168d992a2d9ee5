import { Button, Stack, TextInput } from '@mantine/core';
import type { Message } from '@vagus/client';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { announce } from '../../ui/announcements';
import { Dialog } from '../../ui/Dialog';
import { useKept } from '../../ui/useKept';
import { retract } from '../threadRequests';
import { inboxFailureText } from '../words';
import { withRetraction } from './entries';
import { updateThread } from './openThread';

const mostOfReason = 500;

/** Takes back a message that was sent, with the reason. Who has read it has read it; the original stays for the audit. */
export function TakeBack({ message }: { message: Message }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      {' '}
      <Button size="compact-sm" variant="subtle" onClick={() => setOpen(true)}>
        Take back…
      </Button>
      <Dialog title="Take back this message" opened={isOpen} onClose={() => setOpen(false)} holdsInput>
        {isOpen && <TakeBackForm message={message} onDone={() => setOpen(false)} />}
      </Dialog>
    </>
  );
}

function TakeBackForm({ message, onDone }: { message: Message; onDone: () => void }) {
  const queries = useQueryClient();
  const { fields: { reason }, set, forget } = useKept(`take back ${message.id}`, () => ({ reason: '' }));
  const [tried, setTried] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const isMissing = reason.trim() === '';

  async function takeBack(): Promise<void> {
    setTried(true);
    if (isMissing || isBusy) return;
    setBusy(true);
    setFailure(null);
    try {
      await retract(message.id, reason.trim());
      updateThread(queries, message.threadId, (known) => withRetraction(known, message.id));
      forget();
      announce('The message was taken back');
      onDone();
    } catch (error) {
      setFailure(inboxFailureText(error));
      setBusy(false);
    }
  }

  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void takeBack();
      }}
    >
      <Stack gap="sm">
        <p style={{ margin: 0 }}>
          {message.readAt ? 'It has been read already. ' : ''}Nobody is shown the text any more. The original and your reason are kept
          for the audit.
        </p>
        <TextInput
          label="Reason"
          autoComplete="off"
          maxLength={mostOfReason}
          value={reason}
          data-autofocus
          error={tried && isMissing ? 'Write why. Nothing was taken back.' : undefined}
          onChange={(event) => set({ reason: event.currentTarget.value })}
        />
        {failure && <p role="alert">{failure}</p>}
        <Button type="submit" color="red" loading={isBusy}>
          Take back
        </Button>
      </Stack>
    </form>
  );
}
