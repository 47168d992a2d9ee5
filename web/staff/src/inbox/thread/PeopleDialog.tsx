import { Button, Stack } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { announce } from '../../ui/announcements';
import { Dialog } from '../../ui/Dialog';
import { ColleaguesField } from '../ColleaguesField';
import { useMe } from '../colleagues';
import type { Thread } from '../messages';
import { takePart } from '../threadRequests';
import { inboxFailureText } from '../words';

export function PeopleDialog({ thread, onClose }: { thread: Thread | null; onClose: () => void }) {
  return (
    <Dialog title="Who takes part" opened={thread !== null} onClose={onClose} holdsInput>
      {thread && <PeopleForm thread={thread} onDone={onClose} />}
    </Dialog>
  );
}

/** Who comes reads the whole thread; who is taken out sees nothing of it any more. */
function PeopleForm({ thread, onDone }: { thread: Thread; onDone: () => void }) {
  const queries = useQueryClient();
  const me = useMe();
  const before = (thread.participants ?? []).filter(({ userId }) => userId !== me);
  const [chosen, setChosen] = useState<readonly string[]>(before.map(({ userId }) => userId));
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  async function change(): Promise<void> {
    setBusy(true);
    setFailure(null);
    try {
      const known = before.map(({ userId }) => userId);
      for (const id of chosen.filter((one) => !known.includes(one))) await takePart(thread.id, id, true);
      for (const id of known.filter((one) => !chosen.includes(one))) await takePart(thread.id, id, false);
      announce('Changed who takes part');
      onDone();
    } catch (error) {
      setFailure(inboxFailureText(error));
    } finally {
      setBusy(false);
      void queries.invalidateQueries({ queryKey: ['inbox'] });
    }
  }

  return (
    <Stack gap="sm">
      <p style={{ margin: 0 }}>Who comes reads the thread from its beginning. Who is taken out sees nothing of it any more.</p>
      <ColleaguesField
        label="Colleagues beside you"
        chosen={chosen}
        names={new Map(before.map(({ userId, name }) => [userId, name ?? 'A colleague']))}
        error={undefined}
        onChoose={setChosen}
      />
      {failure && <p role="alert">{failure}</p>}
      <Button loading={isBusy} onClick={() => void change()}>
        Save
      </Button>
    </Stack>
  );
}
