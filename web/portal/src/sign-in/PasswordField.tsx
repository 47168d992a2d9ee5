import { useState } from 'react';
import { Field } from '../ui/Field';
import { useWords } from '../words/useWords';

interface PasswordFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly autoComplete: 'current-password' | 'new-password';
}

/** Paste and password managers work; what was typed can be looked at. */
export function PasswordField({ label, hint, autoComplete }: PasswordFieldProps) {
  const { t } = useWords();
  const [isShown, setShown] = useState(false);
  return (
    <div className="stack">
      <Field label={label} hint={hint}>
        {(props) => (
          <input {...props} className="input" name="password" type={isShown ? 'text' : 'password'} autoComplete={autoComplete} required />
        )}
      </Field>
      <label className="choice">
        <input type="checkbox" checked={isShown} onChange={(event) => setShown(event.currentTarget.checked)} />
        <span>{t('signIn.show')}</span>
      </label>
    </div>
  );
}
