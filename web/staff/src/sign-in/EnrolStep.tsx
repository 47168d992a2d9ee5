import { Alert, Button, Stack } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { IconAlertCircle } from '@tabler/icons-react';
import { useState } from 'react';
import { session } from '../data/session/session';
import { AppSeed } from '../ui/AppSeed';
import { CodeForm } from '../ui/CodeForm';
import { failureText } from '../ui/failures';
import { LoadingRows } from '../ui/LoadingRows';
import { RecoveryCodes } from '../ui/RecoveryCodes';

interface EnrolStepProps {
  readonly challenge: string;
  readonly onSignedIn: () => void;
  readonly onAgain: () => void;
}

/** The organization lets nobody in by the password alone: who has no second step yet adds an authenticator app now. */
export function EnrolStep({ challenge, onSignedIn, onAgain }: EnrolStepProps) {
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  // A seed is made once: asked for again it would be another one than the person has just scanned.
  const offer = useQuery({
    queryKey: ['enrolment', challenge],
    queryFn: () => session.offerFactor(challenge),
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  });
  const enrol = useMutation({
    mutationFn: (code: string) => session.enrolFactor(challenge, offer.data?.id ?? '', code),
    onSuccess: setCodes,
  });
  if (codes) return <RecoveryCodes codes={codes} onWritten={onSignedIn} />;
  const error = offer.error ?? enrol.error;
  return (
    <Stack gap="md">
      {error && (
        <Alert color="red" icon={<IconAlertCircle aria-hidden="true" />} role="alert">
          {failureText(error)}
        </Alert>
      )}
      <p>The password is right. Your organization asks for a second step at every sign-in, so add one now.</p>
      {offer.isPending && <LoadingRows label="Loading the code to scan" count={1} height={184} />}
      {offer.data && (
        <>
          <AppSeed secret={offer.data.secret} uri={offer.data.uri} />
          <CodeForm go="Sign in" isBusy={enrol.isPending} onCode={(code) => enrol.mutate(code)} />
        </>
      )}
      <Button variant="default" onClick={onAgain}>
        Start again
      </Button>
    </Stack>
  );
}
