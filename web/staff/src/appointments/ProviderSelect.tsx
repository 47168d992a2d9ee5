import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { fitsName, personName } from '../data/fhir/words';
import { failureText } from '../ui/failures';
import { practitioners } from './people';

interface ProviderSelectProps {
  chosenId: string | undefined;
  error: string | undefined;
  onChoose: (provider: { id: string; name: string } | null) => void;
}

export function ProviderSelect({ chosenId, error: missing, onChoose }: ProviderSelectProps) {
  const { data = [], error, isPending } = useQuery(practitioners);
  const options = data.map((person) => ({ value: person.id ?? '', label: personName(person) }));
  return (
    <Select
      label="Provider"
      placeholder={isPending ? 'Loading…' : 'Choose a provider'}
      data={options}
      value={chosenId ?? null}
      error={missing}
      searchable
      filter={({ options: all, search }) => all.filter((option) => 'label' in option && fitsName(option.label, search))}
      nothingFoundMessage={error && data.length === 0 ? failureText(error) : 'No provider of this name'}
      onChange={(id, option) => onChoose(id && option ? { id, name: option.label } : null)}
    />
  );
}
