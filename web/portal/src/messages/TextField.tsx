import { Field } from '../ui/Field';
import { useWords } from '../words/useWords';
import { charactersOf, mostCharacters } from './limits';

const warnFrom = 500;

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly mistake?: string | undefined;
  readonly isReadOnly: boolean;
  readonly onChange: (text: string) => void;
}

/** Enter makes a new line. The characters that are left are told near the limit. */
export function TextField({ label, value, mistake, isReadOnly, onChange }: TextFieldProps) {
  const { t } = useWords();
  const left = mostCharacters - charactersOf(value);
  return (
    <div className="tight">
      <Field label={label} mistake={mistake}>
        {(props) => (
          <textarea
            {...props}
            className="input"
            rows={5}
            value={value}
            readOnly={isReadOnly}
            onChange={(event) => onChange(event.currentTarget.value)}
          />
        )}
      </Field>
      {left <= warnFrom && (
        <p className={left < 0 ? 'mistake small' : 'muted small'} role="status">
          {left < 0 ? t('text.over', { count: -left }) : t('text.left', { count: left })}
        </p>
      )}
    </div>
  );
}
