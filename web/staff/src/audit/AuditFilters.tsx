import { Button, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { PatientPicker } from '../appointments/PatientPicker';
import { usePatientsById } from '../data/fhir/patientsById';
import { personName } from '../data/fhir/words';
import classes from './Audit.module.css';
import { outcomes, outcomeWords, type AuditSearch } from './auditSearch';
import { usersQuery } from './users';
import { actionText, offeredActions } from './words';

interface AuditFiltersProps {
  filter: AuditSearch;
  onChange: (filter: AuditSearch) => void;
}

/** One person's or one patient's entries, by what was done, its outcome and its days. */
export function AuditFilters({ filter, onChange }: AuditFiltersProps) {
  const { data: users = [] } = useQuery(usersQuery);
  const person = usePatientsById([filter.patient]).get(filter.patient ?? '');
  const set = (part: keyof AuditSearch, value: string | null) => {
    const { [part]: _before, ...rest } = filter;
    onChange(value ? { ...rest, [part]: value } : rest);
  };
  return (
    <form role="search" aria-label="Filter of the audit" className={classes.filters} onSubmit={(event) => event.preventDefault()}>
      <Select
        label="Who"
        placeholder="Everybody"
        data={users.map(({ id, displayName }) => ({ value: id, label: displayName }))}
        value={filter.user ?? null}
        searchable
        clearable
        nothingFoundMessage="Nobody of this name"
        onChange={(value) => set('user', value)}
      />
      <PatientPicker
        chosen={person?.id ? { id: person.id, name: personName(person) } : null}
        error={undefined}
        onChoose={(patient) => set('patient', patient?.id ?? null)}
      />
      <Select
        label="What"
        placeholder="Everything"
        data={offeredActions.map((value) => ({ value, label: actionText(value) }))}
        value={filter.action ?? null}
        searchable
        clearable
        onChange={(value) => set('action', value)}
      />
      <Select
        label="Outcome"
        placeholder="Any"
        data={outcomes.map((value) => ({ value, label: outcomeWords[value] ?? value }))}
        value={filter.outcome ?? null}
        clearable
        onChange={(value) => set('outcome', value)}
      />
      <TextInput type="date" label="From" value={filter.from ?? ''} onChange={(event) => set('from', event.currentTarget.value)} />
      <TextInput type="date" label="To" value={filter.to ?? ''} onChange={(event) => set('to', event.currentTarget.value)} />
      {Object.keys(filter).length > 0 && (
        <Button variant="subtle" onClick={() => onChange({})}>
          Show everything
        </Button>
      )}
    </form>
  );
}
