import { Button, Group, Select, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { roleText } from '../../data/session/roleWords';
import { Dialog } from '../../ui/Dialog';
import { failureText } from '../../ui/failures';
import { colleaguesQuery, useMe } from '../colleagues';
import type { Thread } from '../messages';
import { useThreadChange } from '../threadActions';
import { patientFacts, threadName } from '../words';

export function AssignDialog({ thread, onClose }: { thread: Thread | null; onClose: () => void }) {
  return (
    <Dialog title="Assign this thread" opened={thread !== null} onClose={onClose}>
      {thread && <AssignForm thread={thread} onDone={onClose} />}
    </Dialog>
  );
}

function AssignForm({ thread, onDone }: { thread: Thread; onDone: () => void }) {
  const me = useMe();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<{ id: string; label: string } | null>(null);
  const [text] = useDebouncedValue(chosen?.label === typed ? '' : typed.trim(), 200);
  const { data = [], error } = useQuery({ ...colleaguesQuery(text), placeholderData: (before) => before });
  const change = useThreadChange();
  const people = [
    { value: me, label: 'Me' },
    ...data.flatMap(({ userId, name, role }) => (userId && userId !== me ? [{ value: userId, label: `${name}, ${roleText(role)}` }] : [])),
  ];
  if (chosen && !people.some(({ value }) => value === chosen.id)) people.push({ value: chosen.id, label: chosen.label });
  const assign = (assignedTo: string | null, done: string) => {
    change.mutate({ thread, changes: { assignedTo }, text: done });
    onDone();
  };
  return (
    <Stack gap="sm">
      <p style={{ margin: 0 }}>
        {[threadName(thread), patientFacts(thread), thread.subject].filter(Boolean).join(' · ')}
      </p>
      <Select
        label="Who looks after it"
        placeholder="Name"
        data={people}
        value={chosen?.id ?? null}
        searchable
        searchValue={typed}
        onSearchChange={setTyped}
        nothingFoundMessage={error ? failureText(error) : 'Nobody of this name'}
        data-autofocus
        onChange={(id) => {
          const one = people.find(({ value }) => value === id);
          setChosen(one ? { id: one.value, label: one.label } : null);
        }}
      />
      <Group gap="xs">
        <Button disabled={!chosen} onClick={() => chosen && assign(chosen.id, `Assigned to ${chosen.id === me ? 'you' : chosen.label}`)}>
          Assign
        </Button>
        {thread.assignedTo && (
          <Button variant="default" onClick={() => assign(null, 'Assignment taken away')}>
            Nobody
          </Button>
        )}
      </Group>
    </Stack>
  );
}
