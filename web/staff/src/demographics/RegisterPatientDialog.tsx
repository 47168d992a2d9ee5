import { Button, Group, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { newId } from '@vagus/client';
import { useState, type FormEvent } from 'react';
import type { Person } from '../data/fhir/resources';
import { personName, recordNumber } from '../data/fhir/words';
import { today } from '../time/days';
import { dateText } from '../time/words';
import { ActionFailure } from '../ui/ActionFailure';
import { announce } from '../ui/announcements';
import { Dialog } from '../ui/Dialog';
import { KeptNote } from '../ui/KeptNote';
import { useAction } from '../ui/useAction';
import { useKept } from '../ui/useKept';
import { mistakesIn, nobody, type Demographics } from './demographics';
import { PatientFields } from './PatientFields';
import { lookalikes, register } from './savePatient';

interface RegisterPatientDialogProps {
  opened: boolean;
  onClose: () => void;
  /** The new patient, or one who was recorded already. */
  onChosen: (patientId: string) => void;
}

export function RegisterPatientDialog({ opened, onClose, onChosen }: RegisterPatientDialogProps) {
  return (
    <Dialog title="Register a patient" opened={opened} onClose={onClose} holdsInput>
      <RegisterForm onClose={onClose} onChosen={onChosen} />
    </Dialog>
  );
}

function RegisterForm({ onClose, onChosen }: Omit<RegisterPatientDialogProps, 'opened'>) {
  const { fields: typed, set, forget, clear, wasKept } = useKept('register patient', () => ({ ...nobody, id: '' }));
  const [tried, setTried] = useState(false);
  const queries = useQueryClient();
  const mistakes = mistakesIn(typed, today());
  const found = useLookalikes(typed);
  const save = useAction<Demographics & { id: string }, Person>({
    run: ({ id, ...wanted }) => register(id, wanted),
    done: () => 'registered',
    about: () => 'a new patient',
    onSuccess: () => {
      forget();
      announce('The patient is registered');
      void queries.invalidateQueries({ queryKey: ['patients'] });
    },
    thenHere: ({ id }) => onChosen(id ?? ''),
    // An attempt without an answer may have registered the patient.
    onError: () => void queries.invalidateQueries({ queryKey: ['patients', 'lookalikes'] }),
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (Object.keys(mistakes).length === 0 && !save.isPending) save.mutate(withId());
  }

  /** The id is kept with the fields, so that a second try registers the same patient. */
  function withId(): Demographics & { id: string } {
    const id = typed.id || newId();
    if (typed.id === '') set({ id });
    return { ...typed, id };
  }

  return (
    <form noValidate onSubmit={submit}>
      <Stack gap="sm">
        <KeptNote wasKept={wasKept} clear={clear} />
        <PatientFields typed={typed} mistakes={tried ? mistakes : {}} onType={set} />
        <div role="status" aria-label="Recorded already">
          {found.length > 0 && (
            <>
              <p>Recorded already, and perhaps the same person:</p>
              <ul>
                {found.map((person) => (
                  <li key={person.id}>
                    {personName(person)}, {person.birthDate ? `born ${dateText(person.birthDate)}` : 'birth date not recorded'}
                    {recordNumber(person) && `, MRN ${recordNumber(person)}`}{' '}
                    <Button
                      size="compact-xs"
                      variant="default"
                      aria-label={`Open ${personName(person)}`}
                      onClick={() => {
                        forget();
                        onChosen(person.id ?? '');
                      }}
                    >
                      Open
                    </Button>
                  </li>
                ))}
              </ul>
            </>
          )}
        </div>
        {save.error && <ActionFailure done="registered" error={save.error} />}
        <Group gap="xs">
          <Button type="submit" loading={save.isPending}>
            {found.length > 0 ? 'Register as another person' : 'Register'}
          </Button>
          <Button
            variant="default"
            onClick={() => {
              forget();
              onClose();
            }}
          >
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Asked while the form is filled in: a duplicate is told before it is made. */
function useLookalikes(typed: Demographics): readonly Person[] {
  const [{ family, birthDate, recordNumber: number }] = useDebouncedValue(typed, 300);
  const { data = [] } = useQuery({
    queryKey: ['patients', 'lookalikes', family, birthDate, number],
    queryFn: () => lookalikes({ ...nobody, family, birthDate, recordNumber: number }),
    enabled: number.trim() !== '' || (family.trim() !== '' && birthDate.length === 10),
  });
  return data;
}
