import { Alert, Button, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconAlertCircle, IconMail } from '@tabler/icons-react';
import type { FormEvent } from 'react';
import { failureText } from '../ui/failures';
import { Door } from './Door';
import { postPublic } from './postPublic';

/** The answer is the same for every address: nobody learns here who has an account. */
export function ForgotPasswordPage() {
  const request = useMutation({ mutationFn: (wish: object) => postPublic('forgot-password', wish) });

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const tenant = String(fields.get('organization') ?? '').trim();
    request.mutate({ email: String(fields.get('email') ?? '').trim(), ...(tenant ? { tenant } : {}) });
  }

  return (
    <Door title="Forgot your password?">
      {request.isSuccess ? (
        <Alert color="blue" icon={<IconMail aria-hidden="true" />} role="status">
          If somebody signs in with this address, a mail with a link is on its way. The link is good for 30 minutes.
        </Alert>
      ) : (
        <form onSubmit={submit}>
          <Stack gap="md">
            <p>We send a link to the address with which you sign in. With it you choose a new password.</p>
            {request.isError && (
              <Alert color="red" icon={<IconAlertCircle aria-hidden="true" />} role="alert">
                {failureText(request.error)}
              </Alert>
            )}
            <TextInput label="Email" name="email" type="email" autoComplete="username" required withAsterisk={false} />
            <TextInput
              label="Organization"
              name="organization"
              description="Only if you work for more than one"
              autoComplete="organization"
            />
            <Button type="submit" fullWidth loading={request.isPending}>
              Send me a link
            </Button>
          </Stack>
        </form>
      )}
      <Link to="/sign-in">Back to the sign-in</Link>
    </Door>
  );
}
