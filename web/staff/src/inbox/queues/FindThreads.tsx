import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { IconSearch } from '@tabler/icons-react';
import { findPatients } from '../../data/fhir/findPatients';
import { personName, recordNumber } from '../../data/fhir/words';
import { dateText } from '../../time/words';
import { failureText } from '../../ui/failures';
import classes from './FindThreads.module.css';

interface FindThreadsProps {
  typed: string;
  onType: (typed: string) => void;
  onPatient: (patientId: string) => void;
  /** Asks the server for threads in whose texts the words stand. */
  onTexts: (text: string) => void;
}

/**
 * Narrows what is loaded, finds patients, whose threads are then asked for, and asks the server for words in the texts, which are sealed
 * there. What is typed is somebody's name: it stays out of the address.
 */
export function FindThreads({ typed, onType, onPatient, onTexts }: FindThreadsProps) {
  const [text] = useDebouncedValue(typed.trim(), 250);
  const wanted = text.length >= 2 && typed.trim() !== '';
  const { data, error, isFetching } = useQuery({
    queryKey: ['patients', 'inbox', text],
    queryFn: async () => (await findPatients(text, 6)).resources,
    enabled: wanted,
    staleTime: 30_000,
  });
  const choose = (id: string) => {
    onType('');
    onPatient(id);
  };
  const searchTexts = () => {
    onType('');
    onTexts(typed.trim());
  };
  return (
    <search className={classes.find}>
      <TextInput
        aria-label="Find threads by patient or subject"
        placeholder="Patient, birth date, MRN or subject"
        type="search"
        size="xs"
        autoComplete="off"
        data-find-threads
        leftSection={<IconSearch size={16} aria-hidden="true" />}
        value={typed}
        onChange={(event) => onType(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && wanted) searchTexts();
          if (event.key !== 'Escape') return;
          onType('');
          event.currentTarget.blur();
        }}
      />
      {wanted && (
        <div className={classes.hits} role="group" aria-label="Found">
          <button type="button" onClick={searchTexts}>
            <strong>Search in messages: “{typed.trim()}”</strong>
            <span>in all threads that you may see · Enter</span>
          </button>
          {isFetching && !data && <p>Looking for patients…</p>}
          {error && <p role="alert">{failureText(error)}</p>}
          {data?.length === 0 && <p>No patient fits. Below are the loaded threads that do.</p>}
          {data?.map((person) => (
            <button key={person.id} type="button" onClick={() => choose(person.id ?? '')}>
              <strong>{personName(person)}</strong>
              <span>
                born {dateText(person.birthDate)}
                {recordNumber(person) && ` · MRN ${recordNumber(person)}`} · all threads
              </span>
            </button>
          ))}
        </div>
      )}
    </search>
  );
}
