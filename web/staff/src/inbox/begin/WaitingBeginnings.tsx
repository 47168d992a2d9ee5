import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { usePatientsById } from '../../data/fhir/patientsById';
import { personName } from '../../data/fhir/words';
import { useOutbox } from '../../data/session/useOutbox';
import { announce } from '../../ui/announcements';
import type { Begins, HeldMessage } from '../messages';
import { outgoingOf } from '../outgoing';
import { Held, useWhenSent } from '../thread/Held';
import classes from '../thread/HeldMessages.module.css';
import { heldBeginningsQuery } from '../thread/openThread';
import { Waiting } from '../thread/Waiting';
import { writeAgain } from './newThread';

/** One's own messages that are to begin a thread and wait: on this device for a network, or at the server for their time. */
export function WaitingBeginnings({ onTakenBack }: { onTakenBack: () => void }) {
  const queries = useQueryClient();
  const { entries } = useOutbox();
  const { data: held = [] } = useQuery(heldBeginningsQuery);
  const reload = useCallback(() => {
    void queries.invalidateQueries({ queryKey: heldBeginningsQuery.queryKey });
    void queries.invalidateQueries({ queryKey: ['inbox', 'threads'] });
  }, [queries]);
  useWhenSent(held, reload);
  const people = usePatientsById(held.map(({ begins }) => begins?.patientId));
  const kept = entries.flatMap((entry) => {
    const outgoing = outgoingOf(entry);
    return outgoing.kind === 'beginning' ? [{ entry, outgoing }] : [];
  });
  if (kept.length + held.length === 0) return null;

  async function putBack(begins: Begins, content: string): Promise<void> {
    await writeAgain(begins, content);
    onTakenBack();
  }

  const gone = (id: string) =>
    queries.setQueryData<readonly HeldMessage[]>(heldBeginningsQuery.queryKey, (all) => all?.filter((one) => one.id !== id));
  return (
    <ul className={classes.held} aria-label="New threads that wait">
      {kept.map(({ entry, outgoing: { name, begins, content } }) => (
        <Waiting key={entry.id} entry={entry} to={toText(name, begins)} onTakeBack={() => putBack(begins, content)} />
      ))}
      {held.map((message) => {
        const { begins } = message;
        if (!begins) return null;
        return (
          <Held
            key={message.id}
            message={message}
            to={toText(personName(people.get(begins.patientId ?? ''), 'A patient'), begins)}
            stoppedText="Not sent: you may not write to this patient any more in the role that you wrote it in."
            gone={() => gone(message.id)}
            onTakenBack={(taken) => putBack(begins, taken.content ?? '')}
            onSent={() => {
              reload();
              announce('Message sent');
            }}
          />
        );
      })}
    </ul>
  );
}

function toText(name: string, { subject }: Begins): string {
  return subject ? `To ${name}: ${subject}` : `To ${name}`;
}
