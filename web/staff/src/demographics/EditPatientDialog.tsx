import { Button, Group, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { read } from '../data/fhir/requests';
import type { Person } from '../data/fhir/resources';
import { today } from '../time/days';
import { ActionFailure } from '../ui/ActionFailure';
import { announce } from '../ui/announcements';
import { Dialog } from '../ui/Dialog';
import { KeptNote } from '../ui/KeptNote';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure } from '../ui/Notice';
import { useAction } from '../ui/useAction';
import { useKept } from '../ui/useKept';
import { ClashChoice } from './ClashChoice';
import { changedFields, demographicsOf, mistakesIn, type Demographics } from './demographics';
import { PatientFields } from './PatientFields';
import { save, type Saved } from './savePatient';

interface EditPatientDialogProps {
  patientId: string;
  opened: boolean;
  onClose: () => void;
}

export function EditPatientDialog({ patientId, opened, onClose }: EditPatientDialogProps) {
  return (
    <Dialog title="Edit the patient’s details" opened={opened} onClose={onClose} holdsInput>
      <Loaded patientId={patientId} onClose={onClose} />
    </Dialog>
  );
}

/** The record as it is when the dialog opens: what is typed is compared with it. */
function Loaded({ patientId, onClose }: Omit<EditPatientDialogProps, 'opened'>) {
  const { data, error, refetch } = useQuery({
    queryKey: ['demographics', patientId],
    queryFn: () => read<Person>('Patient', patientId),
    staleTime: Infinity,
    gcTime: 0,
  });
  if (data) return <EditForm person={data} onClose={onClose} />;
  if (error) return <LoadFailure what="The patient" error={error} onRetry={() => void refetch()} />;
  return <LoadingRows label="Loading the patient" count={4} height={48} />;
}

function EditForm({ person, onClose }: { person: Person; onClose: () => void }) {
  const [from, setFrom] = useState(person);
  const before = demographicsOf(from);
  // What was typed over another version is not offered for this one: a colleague's change would be written over unasked.
  const kept = useKept(`patient ${person.id} ${person.meta?.versionId}`, () => demographicsOf(person));
  const { fields: typed, set, forget, clear, wasKept } = kept;
  const [tried, setTried] = useState(false);
  const [clash, setClash] = useState<Extract<Saved, { kind: 'clash' }> | null>(null);
  const mistakes = mistakesIn(typed, today());
  const change = useAction<{ from: Person; typed: Demographics }, Saved>({
    run: (asked) => save(asked.from, asked.typed),
    done: () => 'saved',
    about: () => 'the patient’s details',
    onSuccess: (saved) => announce(saved.kind === 'saved' ? 'The patient’s details are saved' : 'Not saved: a colleague changed the same'),
    thenHere: (saved) => {
      if (saved.kind === 'clash') return setClash(saved);
      leave();
    },
  });

  function leave(): void {
    forget();
    onClose();
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (Object.keys(mistakes).length > 0 || change.isPending) return;
    if (changedFields(before, typed).length === 0) return leave();
    change.mutate({ from, typed });
  }

  /** From here on the record is as the colleague left it; mine is written over it where I said so. */
  function choose(taken: Demographics): void {
    if (!clash) return;
    setFrom(clash.current);
    set(taken);
    setClash(null);
    if (changedFields(demographicsOf(clash.current), taken).length === 0) return leave();
    change.mutate({ from: clash.current, typed: taken });
  }

  if (clash) return <ClashChoice clash={clash} from={before} typed={typed} onChoose={choose} />;
  return (
    <form noValidate onSubmit={submit}>
      <Stack gap="sm">
        <KeptNote wasKept={wasKept} clear={clear} />
        <PatientFields typed={typed} mistakes={tried ? mistakes : {}} onType={set} />
        {change.error && <ActionFailure done="saved" error={change.error} />}
        <Group gap="xs">
          <Button type="submit" loading={change.isPending}>
            Save
          </Button>
          <Button variant="default" onClick={leave}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
