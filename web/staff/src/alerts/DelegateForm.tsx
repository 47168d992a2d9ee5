import { Button, Group, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Alert } from '@vagus/client';
import { useState, type FormEvent } from 'react';
import { colleaguesQuery } from '../data/care/colleagues';
import { ActionFailure } from '../ui/ActionFailure';
import { useKept } from '../ui/useKept';
import { LoadFailure } from '../ui/Notice';
import classes from './AlertDialog.module.css';
import { failureOf, type Answering } from './useAnswer';

interface DelegateFormProps {
  alert: Alert;
  answering: Answering;
  onBack: () => void;
}

/** A colleague has to acknowledge it from now on; until then its clock runs. */
export function DelegateForm({ alert, answering, onBack }: DelegateFormProps) {
  const [missing, setMissing] = useState(false);
  const { fields: { to, note }, set } = useKept(`delegate ${alert.id}`, () => ({ to: null as string | null, note: '' }));
  const { data, error: notLoaded, refetch } = useQuery(colleaguesQuery(''));
  const { mutate, isPending } = answering;
  const error = failureOf(answering, 'delegate');
  const people = (data ?? []).filter(({ userId }) => userId !== alert.owner?.userId);

  function delegate(event: FormEvent): void {
    event.preventDefault();
    setMissing(to === null);
    if (to !== null) mutate({ kind: 'delegate', to, note: note.trim() });
  }

  return (
    <form className={classes.form} onSubmit={delegate}>
      {notLoaded && !data && <LoadFailure what="Your colleagues" error={notLoaded} onRetry={() => void refetch()} />}
      <Select
        label="Colleague"
        data={people.map(({ userId, name, role }) => ({ value: userId, label: `${name}, ${role.replaceAll('_', ' ')}` }))}
        value={to}
        searchable
        data-autofocus
        nothingFoundMessage="Nobody of this name"
        error={missing ? 'Choose a colleague' : undefined}
        onChange={(chosen) => set({ to: chosen })}
      />
      <TextInput label="Note" autoComplete="off" value={note} onChange={(event) => set({ note: event.currentTarget.value })} />
      {error && <ActionFailure done="handed on" error={error} />}
      <Group>
        <Button type="submit" loading={isPending}>
          Hand on
        </Button>
        <Button variant="default" onClick={onBack}>
          Back
        </Button>
      </Group>
    </form>
  );
}
