import { useQuery } from '@tanstack/react-query';
import { IconX } from '@tabler/icons-react';
import { optionsQuery } from '../colleagues';
import { categories, priorities } from '../messages';
import { categoryWords, priorityWords } from '../words';
import classes from './QueueLinks.module.css';
import { without, type InboxSearch } from './queues';

interface QueueFiltersProps {
  search: InboxSearch;
  onChange: (search: InboxSearch) => void;
}

export function QueueFilters({ search, onChange }: QueueFiltersProps) {
  const { data } = useQuery(optionsQuery);
  const labels = data?.labels ?? [];
  const set = (field: 'category' | 'priority' | 'label', value: string) => {
    const rest = without(search, field, 'thread');
    onChange((value === '' ? rest : { ...rest, [field]: value }) as InboxSearch);
  };
  return (
    <div className={classes.filters}>
      <Filter name="Category" value={search.category} options={categories.map((one) => [one, categoryWords[one]])}
        onChange={(value) => set('category', value)} />
      <Filter name="Priority" value={search.priority} options={priorities.map((one) => [one, priorityWords[one]])}
        onChange={(value) => set('priority', value)} />
      {labels.length > 0 && (
        <Filter name="Label" value={search.label} options={labels.map(({ id, name }) => [id, name])}
          onChange={(value) => set('label', value)} />
      )}
      {search.patient && (
        <button type="button" className={classes.chip} onClick={() => onChange(without(search, 'patient', 'thread'))}>
          One patient only
          <IconX size={14} aria-label="Remove" />
        </button>
      )}
    </div>
  );
}

interface FilterProps {
  name: string;
  value: string | undefined;
  options: readonly (readonly [value: string, text: string])[];
  onChange: (value: string) => void;
}

function Filter({ name, value, options, onChange }: FilterProps) {
  return (
    <select aria-label={name} className={classes.filter} data-set={value !== undefined || undefined} value={value ?? ''}
      onChange={(event) => onChange(event.currentTarget.value)}>
      <option value="">{name}</option>
      {options.map(([key, text]) => (
        <option key={key} value={key}>
          {text}
        </option>
      ))}
    </select>
  );
}
