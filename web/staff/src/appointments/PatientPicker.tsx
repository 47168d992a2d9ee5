import { Loader, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { findPatients } from '../data/fhir/findPatients';
import type { Person } from '../data/fhir/resources';
import { fitsName, personName } from '../data/fhir/words';
import { dateText } from '../time/words';
import { failureText } from '../ui/failures';
import type { Choice } from './bookAppointment';

interface PatientPickerProps {
  label?: string;
  chosen: Choice | null;
  error: string | undefined;
  onChoose: (patient: Choice | null) => void;
}

/** Finds a patient by name, birth date, record or phone number. The birth date stands beside the name: two people may share one. */
export function PatientPicker({ label: fieldLabel = 'Patient', chosen, error: missing, onChoose }: PatientPickerProps) {
  const [typed, setTyped] = useState('');
  const [ownLabel, setChosenLabel] = useState('');
  // Somebody who was chosen before this field was there has no label of it yet.
  const chosenLabel = ownLabel || (chosen?.name ?? '');
  // What the field says about the chosen patient is no search.
  const [text] = useDebouncedValue(chosen && typed === chosenLabel ? '' : typed.trim(), 250);
  const { data: found = [], error, isFetching, isPlaceholderData } = useQuery({
    queryKey: ['patients', 'picker', text],
    queryFn: async () => (await findPatients(text, 20)).resources,
    placeholderData: (before) => before,
    staleTime: 30_000,
  });
  const isAnswered = !isPlaceholderData && (text === typed.trim() || typed === chosenLabel);
  const options = found.map((person) => ({ value: person.id ?? '', label: label(person) }));
  if (chosen && !options.some((option) => option.value === chosen.id)) options.unshift({ value: chosen.id, label: chosenLabel });

  return (
    <Select
      label={fieldLabel}
      placeholder="Name, birth date, MRN or phone"
      data={options}
      value={chosen?.id ?? null}
      error={missing}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      // The server has searched already, also by parts of names that the label does not show. Until it has answered to what is typed now,
      // the list before holds others, and Enter must not take one of them.
      filter={({ options: all, search }) => (isAnswered ? all : all.filter((one) => 'label' in one && fitsName(one.label, search)))}
      // A failed search says so: it does not mean that there is no such patient.
      nothingFoundMessage={isFetching ? 'Searching…' : error ? failureText(error) : 'No such patient'}
      rightSection={isFetching ? <Loader size={16} aria-hidden="true" /> : undefined}
      data-autofocus
      onChange={(id) => {
        const person = found.find((candidate) => candidate.id === id);
        setChosenLabel(person ? label(person) : '');
        onChoose(person?.id ? { id: person.id, name: personName(person) } : null);
      }}
    />
  );
}

function label(person: Person): string {
  return `${personName(person)}, born ${dateText(person.birthDate)}`;
}
