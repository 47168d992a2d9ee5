import { Select, TextInput } from '@mantine/core';
import { labels, sexes, type Demographics, type Field, type Mistakes } from './demographics';
import classes from './PatientFields.module.css';

interface PatientFieldsProps {
  typed: Demographics;
  mistakes: Mistakes;
  onType: (part: Partial<Demographics>) => void;
}

const types: Partial<Record<Field, string>> = { email: 'email', phone: 'tel' };

/** Nothing here is filled in by the browser: it knows the one who types, not the patient. */
export function PatientFields({ typed, mistakes, onType }: PatientFieldsProps) {
  const text = (field: Field, more: { description?: string; placeholder?: string; 'data-autofocus'?: boolean } = {}) => (
    <TextInput
      label={labels[field]}
      type={types[field] ?? 'text'}
      autoComplete="off"
      maxLength={200}
      value={typed[field]}
      error={mistakes[field]}
      onChange={(event) => onType({ [field]: event.currentTarget.value })}
      {...more}
    />
  );
  return (
    <>
      <div className={classes.pairs}>
        {text('given', { 'data-autofocus': true })}
        {text('family')}
        {text('birthDate', { placeholder: 'YYYY-MM-DD' })}
        <Select
          label={labels.gender}
          placeholder="Not recorded"
          data={[...sexes]}
          value={typed.gender || null}
          clearable
          onChange={(gender) => onType({ gender: gender ?? '' })}
        />
        {text('recordNumber')}
        {text('phone')}
      </div>
      {text('email')}
      {text('line')}
      <div className={classes.pairs}>
        {text('city')}
        {text('state')}
        {text('postalCode')}
        {text('country')}
      </div>
    </>
  );
}
