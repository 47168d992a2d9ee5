import { Loader, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { findPatients } from '../patients/findPatients';
import type { Person } from '../fhir/resources';
import { personName } from '../fhir/words';
import { dateText } from '../time/words';
import type { Choice } from './bookAppointment';

interface PatientPickerProps {
  chosen: Choice | null;
  error: string | undefined;
  onChoose: (patient: Choice | null) => void;
}

/** Finds a patient by name. The birth date stands beside the name: two people may share one. */
export function PatientPicker({ chosen, error, onChoose }: PatientPickerProps) {
  const [typed, setTyped] = useState('');
  const [name] = useDebouncedValue(typed.trim(), 250);
  const { data: found = [], isFetching } = useQuery({
    queryKey: ['patients', 'picker', name],
    queryFn: async () => (await findPatients(name, 20)).resources,
    placeholderData: (before) => before,
    staleTime: 30_000,
  });
  const options = found.map((person) => ({ value: person.id ?? '', label: label(person) }));
  if (chosen && !options.some((option) => option.value === chosen.id)) options.unshift({ value: chosen.id, label: typed });

  return (
    <Select
      label="Patient"
      placeholder="Type a name"
      data={options}
      value={chosen?.id ?? null}
      error={error}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      // The server has searched already, also by parts of names that the label does not show.
      filter={({ options: all }) => all}
      nothingFoundMessage={isFetching ? 'Searching…' : 'No patient of this name'}
      rightSection={isFetching ? <Loader size={16} aria-hidden="true" /> : undefined}
      data-autofocus
      onChange={(id) => {
        const person = found.find((candidate) => candidate.id === id);
        onChoose(person?.id ? { id: person.id, name: personName(person) } : null);
      }}
    />
  );
}

function label(person: Person): string {
  return `${personName(person)}, born ${dateText(person.birthDate)}`;
}
