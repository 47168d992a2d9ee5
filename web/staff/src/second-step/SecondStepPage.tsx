import { Alert, Button, Group, Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import {
  addPasskey,
  cancelReset,
  factorsQuery,
  newRecoveryCodes,
  offerApp,
  removeFactor,
  type AppOffer,
  type Factors,
} from '../data/care/factors';
import { dateAndTime } from '../time/words';
import { ActionFailure } from '../ui/ActionFailure';
import { withFreshSignIn } from '../ui/freshSignIn';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure } from '../ui/Notice';
import { PageHeading } from '../ui/PageHeading';
import { ProveAgain } from '../ui/ProveAgain';
import { RecoveryCodes } from '../ui/RecoveryCodes';
import { useAction } from '../ui/useAction';
import { AddApp } from './AddApp';
import { FactorList } from './FactorList';
import classes from './SecondStep.module.css';

/** The second step of the own sign-in: what there is, and what can be added. */
export function SecondStepPage() {
  const { data, error, isPending, refetch } = useQuery(factorsQuery);
  return (
    <>
      <PageHeading title="Second step of sign-in" />
      <p className={classes.text}>
        With a second step nobody opens your account who only knows your password. A passkey stays on this device or your security key; an
        authenticator app shows a new code every half minute.
      </p>
      {isPending && <LoadingRows label="Loading your second step" count={2} height={56} />}
      {error && !data && <LoadFailure what="Your second step" error={error} onRetry={() => void refetch()} />}
      {data && <Steps factors={data} />}
      <ProveAgain />
    </>
  );
}

function Steps({ factors }: { readonly factors: Factors }) {
  const queries = useQueryClient();
  const [offer, setOffer] = useState<AppOffer | null>(null);
  const [codes, setCodes] = useState<readonly string[]>([]);
  const reload = () => void queries.invalidateQueries({ queryKey: factorsQuery.queryKey });
  const change = useAction<() => Promise<void>, void>({
    run: (work) => withFreshSignIn(work),
    done: () => 'changed',
    about: () => 'your second step of sign-in',
    onSuccess: reload,
    thenHere: () => {},
  });
  const added = (recoveryCodes: readonly string[]) => {
    setOffer(null);
    setCodes(recoveryCodes);
    reload();
  };
  if (codes.length > 0) return <RecoveryCodes codes={codes} onWritten={() => setCodes([])} />;
  if (offer) return <AddApp offer={offer} onAdded={added} onEnd={() => setOffer(null)} />;
  return (
    <Stack gap="md" align="flex-start">
      {factors.resetAt && (
        <Alert color="red" icon={<IconAlertTriangle aria-hidden="true" />} role="alert">
          <p className={classes.text}>
            An administrator removes your second step on {dateAndTime(factors.resetAt)}. If you did not ask for that, stop it.
          </p>
          <Button variant="default" size="xs" onClick={() => change.mutate(async () => void (await cancelReset()))}>
            Stop this
          </Button>
        </Alert>
      )}
      {factors.demanded && <p className={classes.text}>Your organization asks for a second step at every sign-in.</p>}
      <FactorList factors={factors} onRemove={(id) => change.mutate(async () => void (await removeFactor(id)))} />
      {change.error && <ActionFailure done="changed" error={change.error} />}
      <Group gap="xs">
        <Button loading={change.isPending} onClick={() => change.mutate(async () => setOffer(await offerApp()))}>
          Add an authenticator app
        </Button>
        <Button variant="default" loading={change.isPending} onClick={() => change.mutate(async () => added(await addPasskey()))}>
          Add a passkey
        </Button>
        {factors.items.length > 0 && (
          <Button variant="default" loading={change.isPending} onClick={() => change.mutate(async () => added(await newRecoveryCodes()))}>
            New recovery codes
          </Button>
        )}
      </Group>
    </Stack>
  );
}
