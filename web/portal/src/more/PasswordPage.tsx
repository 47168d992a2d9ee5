import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { usePortal, useSession } from '../data/portal';
import { ActionButton } from '../ui/ActionButton';
import { Choice, Field } from '../ui/Field';
import { Failure, Notice } from '../ui/Notice';
import { PageHeading } from '../ui/PageHeading';
import { QueryView } from '../ui/QueryView';
import { useFocusOnMistake } from '../ui/useFocusOnMistake';
import { useWords } from '../words/useWords';
import { BackToMore } from './BackToMore';
import { changePassword, isStale, passwordMistakes, refusedFields, type PasswordChange } from './changePassword';
import { factorsQuery } from './factors';
import { FreshSignIn } from './FreshSignIn';

const nothing: PasswordChange = { current: '', next: '' };

/** Another password for the own account. What is typed here is kept nowhere. */
export function PasswordPage() {
  const { t } = useWords();
  const portal = usePortal();
  const [typed, setTyped] = useState(nothing);
  const [tries, setTries] = useState(0);
  const change = useMutation({
    mutationFn: (wanted: PasswordChange) => changePassword(portal, wanted),
    onSuccess: () => {
      setTyped(nothing);
      setTries(0);
    },
    // A field that was refused has the focus then, as one with a mistake that is found before.
    onError: () => setTries((before) => before + 1),
  });
  const needsProof = isStale(change.error);
  const factors = useQuery({ ...factorsQuery(portal), enabled: needsProof });

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTries((before) => before + 1);
    if (Object.keys(passwordMistakes(typed)).length === 0) change.mutate(typed);
  }

  return (
    <>
      <BackToMore />
      <PageHeading title={t('password.title')} />
      <p>{t('password.text')}</p>
      {change.isSuccess && (
        <Notice tone="calm" role="status">
          {t('password.changed')}
        </Notice>
      )}
      {needsProof && (
        <QueryView query={factors}>{(given) => <FreshSignIn factors={given} onFresh={() => change.mutate(typed)} />}</QueryView>
      )}
      <PasswordForm typed={typed} tries={tries} error={change.error} isBusy={change.isPending} onType={setTyped} onSubmit={submit} />
    </>
  );
}

interface PasswordFormProps {
  readonly typed: PasswordChange;
  readonly tries: number;
  readonly error: Error | null;
  readonly isBusy: boolean;
  readonly onType: (typed: PasswordChange) => void;
  readonly onSubmit: (event: FormEvent) => void;
}

function PasswordForm({ typed, tries, error, isBusy, onType, onSubmit }: PasswordFormProps) {
  const { t } = useWords();
  const session = useSession();
  const [isShown, setShown] = useState(false);
  const refused = refusedFields(error);
  const isRefused = Object.keys(refused).length > 0;
  const mistakes = { ...refused, ...(tries > 0 ? passwordMistakes(typed) : {}) };
  const form = useFocusOnMistake(tries);

  const field = (name: keyof PasswordChange) => ({
    className: 'input',
    type: isShown ? 'text' : 'password',
    required: true,
    value: typed[name],
    onChange: ({ currentTarget: { value } }: { currentTarget: HTMLInputElement }) => onType({ ...typed, [name]: value }),
  });
  const mistake = (name: keyof PasswordChange) => (mistakes[name] ? t(mistakes[name]) : undefined);

  return (
    <form ref={form} onSubmit={onSubmit} className="stack" noValidate>
      {/* For password managers: whose password it is. */}
      <input type="text" autoComplete="username" value={session.status === 'signed_in' ? session.user.email : ''} readOnly hidden />
      <Field label={t('password.current')} mistake={mistake('current')}>
        {(props) => <input {...props} {...field('current')} autoComplete="current-password" />}
      </Field>
      <Field label={t('reset.new')} hint={t('reset.hint')} mistake={mistake('next')}>
        {(props) => <input {...props} {...field('next')} autoComplete="new-password" />}
      </Field>
      <Choice type="checkbox" name="shown" checked={isShown} onChange={setShown}>
        {t('signIn.show')}
      </Choice>
      {error && !isRefused && !isStale(error) && <Failure error={error} title={t('password.notChanged')} />}
      <ActionButton type="submit" kind="main" isBusy={isBusy}>
        {t('password.go')}
      </ActionButton>
    </form>
  );
}
