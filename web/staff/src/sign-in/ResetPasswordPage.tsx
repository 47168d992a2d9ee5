import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconAlertCircle, IconCircleCheck } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { failureText } from '../ui/failures';
import { Door } from './Door';
import { takeToken } from './linkToken';
import { postPublic } from './postPublic';

/** Where the link of a mail leads: a forgotten password, or an invitation. Who was given a code by hand writes it here. */
export function ResetPasswordPage() {
  const [token] = useState(takeToken);
  const reset = useMutation({ mutationFn: (choice: object) => postPublic('reset-password', choice) });

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const code = token || String(fields.get('code') ?? '').trim();
    reset.mutate({ token: code, password: String(fields.get('password') ?? '') });
  }

  if (reset.isSuccess) {
    return (
      <Door title="Choose your password">
        <Alert color="green" icon={<IconCircleCheck aria-hidden="true" />} role="status">
          Your password is saved. Whoever was signed in with this account is signed out everywhere.
        </Alert>
        <Link to="/sign-in">Sign in</Link>
      </Door>
    );
  }
  return (
    <Door title="Choose your password">
      <form onSubmit={submit}>
        <Stack gap="md">
          {reset.isError && (
            <Alert color="red" icon={<IconAlertCircle aria-hidden="true" />} role="alert">
              {failureText(reset.error)}
            </Alert>
          )}
          {token === '' && (
            <TextInput
              label="Code"
              name="code"
              description="Of your invitation, where you were given one instead of a link"
              autoComplete="off"
              required
              withAsterisk={false}
            />
          )}
          <PasswordInput
            label="New password"
            name="password"
            description="At least 15 characters: four words that you can remember are good."
            autoComplete="new-password"
            required
            withAsterisk={false}
            visibilityToggleButtonProps={{ 'aria-label': 'Show password', tabIndex: 0 }}
          />
          <Button type="submit" fullWidth loading={reset.isPending}>
            Save the password
          </Button>
        </Stack>
      </form>
      <Link to="/forgot-password">Ask for a new link</Link>
    </Door>
  );
}
