import { MultiSelect } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { roleText } from '../data/session/roleWords';
import { failureText } from '../ui/failures';
import { colleaguesQuery, useMe } from './colleagues';

interface ColleaguesFieldProps {
  label: string;
  /** Ids of users. */
  chosen: readonly string[];
  /** Names of those who are chosen already, where they are known. */
  names?: ReadonlyMap<string, string>;
  error: string | undefined;
  onChoose: (userIds: readonly string[]) => void;
}

/** Chooses colleagues by name. */
export function ColleaguesField({ label, chosen, names, error: missing, onChoose }: ColleaguesFieldProps) {
  const me = useMe();
  const [typed, setTyped] = useState('');
  const [known, setKnown] = useState<ReadonlyMap<string, string>>(names ?? new Map());
  const [text] = useDebouncedValue(typed.trim(), 200);
  const { data = [], error } = useQuery({ ...colleaguesQuery(text), placeholderData: (before) => before });
  const people = data.flatMap(({ userId, name, role }) =>
    userId && userId !== me ? [{ value: userId, label: `${name}, ${roleText(role)}` }] : [],
  );
  const found = new Set(people.map(({ value }) => value));
  // Who was chosen stays named, also when the search has gone on.
  const kept = chosen.filter((id) => !found.has(id)).map((id) => ({ value: id, label: known.get(id) ?? 'A colleague' }));
  return (
    <MultiSelect
      label={label}
      placeholder={chosen.length === 0 ? 'Name' : ''}
      data={[...people, ...kept]}
      value={[...chosen]}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      nothingFoundMessage={error ? failureText(error) : 'Nobody of this name'}
      error={missing}
      onChange={(ids) => {
        setKnown(new Map([...known, ...people.map(({ value, label: shown }) => [value, shown] as const)]));
        onChoose(ids);
      }}
    />
  );
}
