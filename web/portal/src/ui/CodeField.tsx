import { useEffect, useRef, type FormEvent } from 'react';
import { useWords } from '../words/useWords';
import { ActionButton } from './ActionButton';
import { Field } from './Field';

interface CodeFieldProps {
  /** What the button says. */
  readonly go: string;
  readonly isBusy: boolean;
  readonly onCode: (code: string) => void;
}

/** The six digits of an authenticator app. The step before is gone, so focus comes here. */
export function CodeField({ go, isBusy, onCode }: CodeFieldProps) {
  const { t } = useWords();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);

  function submit(event: FormEvent): void {
    event.preventDefault();
    const code = (field.current?.value ?? '').replaceAll(/\s/g, '');
    if (isBusy) return;
    onCode(code);
    field.current?.select();
  }

  return (
    <form onSubmit={submit} className="stack">
      <Field label={t('factor.code')} hint={t('factor.codeHint')}>
        {(props) => (
          <input {...props} ref={field} className="input" name="code" inputMode="numeric" autoComplete="one-time-code" required />
        )}
      </Field>
      <ActionButton type="submit" kind="main" isBusy={isBusy}>
        {go}
      </ActionButton>
    </form>
  );
}
