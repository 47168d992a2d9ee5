import { Button, PasswordInput } from '@mantine/core';
import { useRef, useState, type FormEvent } from 'react';
import { useSignedInUser } from '../data/session/useSession';
import { ActionFailure } from '../ui/ActionFailure';
import { announce } from '../ui/announcements';
import { useAction } from '../ui/useAction';
import { changePassword, FieldRefused, passwordMistakes, type PasswordChange, type PasswordMistakes } from './changePassword';
import classes from './Preferences.module.css';

const nothing: PasswordChange = { current: '', next: '' };

/** Another password for the own account. What is typed here is kept nowhere. */
export function PasswordCard() {
  const user = useSignedInUser();
  const form = useRef<HTMLFormElement>(null);
  const [typed, setTyped] = useState(nothing);
  const [tried, setTried] = useState(false);
  const focusOnMistake = () => requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  const change = useAction<PasswordChange, void>({
    run: changePassword,
    done: () => 'changed',
    about: () => 'your password',
    onSuccess: () => announce('Password changed'),
    thenHere: () => {
      setTyped(nothing);
      setTried(false);
    },
    onError: focusOnMistake,
  });
  const refused = change.error instanceof FieldRefused ? change.error : null;
  const mistakes: PasswordMistakes = {
    ...(refused ? { [refused.field]: refused.message } : {}),
    ...(tried ? passwordMistakes(typed) : {}),
  };

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (change.isPending) return;
    setTried(true);
    if (Object.keys(passwordMistakes(typed)).length === 0) change.mutate(typed);
    else focusOnMistake();
  }

  const field = (name: keyof PasswordChange) => ({
    value: typed[name],
    error: mistakes[name],
    // Mantine says it for other fields, not for this one.
    'aria-invalid': mistakes[name] !== undefined,
    required: true,
    withAsterisk: false,
    onChange: ({ currentTarget: { value } }: { currentTarget: HTMLInputElement }) => setTyped({ ...typed, [name]: value }),
  });

  return (
    <form ref={form} className={classes.part} aria-labelledby="password-title" onSubmit={submit} noValidate>
      <h2 id="password-title">Password</h2>
      <p className={classes.hint}>With a new password you are signed out on every other device, and a mail tells you of it.</p>
      {/* For password managers: whose password it is. */}
      <input type="text" autoComplete="username" value={user?.email ?? ''} readOnly hidden />
      <PasswordInput
        label="Current password"
        autoComplete="current-password"
        visibilityToggleButtonProps={{ 'aria-label': 'Show current password', tabIndex: 0 }}
        {...field('current')}
      />
      <PasswordInput
        label="New password"
        description="At least 15 characters: four words that you can remember are good."
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': 'Show new password', tabIndex: 0 }}
        {...field('next')}
      />
      {change.error && !refused && <ActionFailure done="changed" error={change.error} />}
      <div className={classes.save}>
        <Button type="submit" variant="default" loading={change.isPending}>
          Change the password
        </Button>
        <span role="status">{change.isSuccess ? 'Changed. Every other device is signed out.' : ''}</span>
      </div>
    </form>
  );
}
