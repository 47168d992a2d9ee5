import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { PushState } from '@vagus/client';
import { push } from '../data/session/session';
import { ActionFailure } from '../ui/ActionFailure';
import { useAction } from '../ui/useAction';
import classes from './Preferences.module.css';

const queryKey = ['push'];

const words: Readonly<Record<PushState, string>> = {
  unavailable: 'This browser shows no notices. On a phone add Vagus to the home screen first.',
  refused: 'This browser has been told to show no notices. Allow them in its settings.',
  off: 'Off. This device tells you nothing while Vagus is closed.',
  on: 'On. This device tells you of messages and alerts while Vagus is closed.',
};

/** Notices on this device. They hold at once, for the browser asks the person itself. */
export function PushCard() {
  const queries = useQueryClient();
  const { data: state } = useQuery({ queryKey, queryFn: push.state });
  const change = useAction<PushState, PushState>({
    run: (before) => (before === 'on' ? push.switchOff() : push.switchOn()),
    done: () => 'changed',
    about: () => 'notices on this device',
    onSuccess: (now) => queries.setQueryData(queryKey, now),
    thenHere: () => {},
  });
  if (state === undefined) return null;
  return (
    <section className={classes.part} aria-labelledby="push-title">
      <h2 id="push-title">Notices on this device</h2>
      <p role="status" className={classes.hint}>
        {words[state]}
      </p>
      {change.error && <ActionFailure done="changed" error={change.error} />}
      {(state === 'on' || state === 'off') && (
        <div className={classes.save}>
          <Button variant="default" loading={change.isPending} onClick={() => change.mutate(state)}>
            {state === 'on' ? 'Switch off' : 'Switch on'}
          </Button>
        </div>
      )}
      <p className={classes.hint}>A notice says only that something waits, never what. It ends when you sign out.</p>
    </section>
  );
}
