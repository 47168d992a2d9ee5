import { useId, type ReactNode } from 'react';

interface Described {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
}

interface FieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly mistake?: string | undefined;
  readonly children: (props: Described) => ReactNode;
}

/** A label that stays visible, a hint and what is wrong, all of them said with the field. */
export function Field({ label, hint, mistake, children }: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, mistake && `${id}-mistake`].filter(Boolean).join(' ');
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {hint && (
        <span id={`${id}-hint`} className="muted small">
          {hint}
        </span>
      )}
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': mistake ? true : undefined })}
      {mistake && (
        <span id={`${id}-mistake`} className="mistake small">
          {mistake}
        </span>
      )}
    </div>
  );
}

interface ChoiceProps {
  readonly type: 'radio' | 'checkbox';
  readonly name: string;
  readonly checked: boolean;
  readonly isMistaken?: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly children: ReactNode;
}

export function Choice({ type, name, checked, isMistaken = false, onChange, children }: ChoiceProps) {
  return (
    <label className="choice">
      <input
        type={type}
        name={name}
        checked={checked}
        data-mistaken={isMistaken || undefined}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span>{children}</span>
    </label>
  );
}
