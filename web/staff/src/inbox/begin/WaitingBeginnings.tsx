import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { OutboxEntry } from '@vagus/client';
import { useCallback } from 'react';
import { usePatientsById } from '../../data/fhir/patientsById';
import { personName } from '../../data/fhir/words';
import { sameAuthor } from '../../data/session/leaving';
import { forAsker, outbox } from '../../data/session/session';
import { useOutbox } from '../../data/session/useOutbox';
import { announce } from '../../ui/announcements';
import type { Begins, HeldMessage } from '../messages';
import { outgoingOf, type OutgoingBeginning } from '../outgoing';
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

  /** The text goes back in any case; its author alone is told and shown it. */
  async function show(writing: Promise<string | null>): Promise<void> {
    const said = await forAsker(writing);
    if (said === null) return;
    announce(said);
    onTakenBack();
  }

  const gone = (id: string) =>
    queries.setQueryData<readonly HeldMessage[]>(heldBeginningsQuery.queryKey, (all) => all?.filter((one) => one.id !== id));
  return (
    <ul className={classes.held} aria-label="New threads that wait">
      {kept.map(({ entry, outgoing }) => (
        <Waiting
          key={entry.id}
          entry={entry}
          to={toText(outgoing.name, outgoing.begins)}
          onTakeBack={() => void show(takeBack(entry, outgoing))}
        />
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
            onTakenBack={(taken) => show(writeAgain(begins, taken.content ?? ''))}
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

/** What is said of it; null where it went out in this moment. */
async function takeBack({ id }: OutboxEntry, { begins, content }: OutgoingBeginning): Promise<string | null> {
  const isAuthors = sameAuthor();
  return (await outbox.drop(id)) ? writeAgain(begins, content, isAuthors) : null;
}

function toText(name: string, { subject }: Begins): string {
  return subject ? `To ${name}: ${subject}` : `To ${name}`;
}
