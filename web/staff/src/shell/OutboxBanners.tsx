import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconCloudUpload, IconTrashX } from '@tabler/icons-react';
import type { Message } from '@vagus/client';
import { outbox } from '../data/session/session';
import { useOutbox } from '../data/session/useOutbox';
import { overtakeNewThread, showBegun, type Begun } from '../inbox/begin/newThread';
import { draftOf } from '../inbox/composer/drafts';
import type { HeldMessage, Note } from '../inbox/messages';
import { outgoingOf, placeSent, type Outgoing } from '../inbox/outgoing';
import { Banner } from './Banner';
import classes from './Banners.module.css';

/** Stands on every page, so that what waits goes out whatever is shown; says how much waits and what was lost. */
export function OutboxBanners() {
  const queries = useQueryClient();
  const { entries, lost } = useOutbox(({ entry, answer }) => {
    const outgoing = outgoingOf(entry);
    if (outgoing.kind === 'beginning') {
      overtakeNewThread();
      showBegun(queries, answer as Begun);
      return;
    }
    const { threadId, kind } = outgoing;
    draftOf(threadId, kind === 'reply' ? 'draft' : 'note-draft').overtaken();
    placeSent(queries, threadId, answer as Message | HeldMessage | Note);
  });
  const places = new Map<string, { readonly name: string; readonly thread: string | null }>(
    entries.map((entry) => placeOf(outgoingOf(entry))),
  );
  return (
    <>
      {entries.length > 0 && (
        <Banner icon={<IconCloudUpload size={18} aria-hidden="true" />}>
          {`${messages(entries.length, 'waits', 'wait')} on this device to be sent: `}
          {[...places].map(([key, { name, thread }], index) => (
            <span key={key}>
              {index > 0 && ', '}
              <Link to="/inbox" search={thread === null ? {} : { thread }} className={classes.link}>
                {name}
              </Link>
            </span>
          ))}
        </Banner>
      )}
      {lost > 0 && (
        <Banner
          urgent
          icon={<IconTrashX size={18} aria-hidden="true" />}
          action={
            <Button size="compact-sm" variant="default" onClick={outbox.forgetLost}>
              Got it
            </Button>
          }
        >
          {`${messages(lost, 'was', 'were')} lost that waited on this device: `}
          your password was changed, or an administrator has ended your sessions.
        </Banner>
      )}
    </>
  );
}

/** Where it is shown with the way back: in its thread, or beside the list where it is to begin one. */
function placeOf(outgoing: Outgoing) {
  const { name } = outgoing;
  if (outgoing.kind === 'beginning') {
    return [`new ${outgoing.begins.participants ? 'staff' : outgoing.begins.patientId}`, { name, thread: null }] as const;
  }
  return [outgoing.threadId, { name, thread: outgoing.threadId }] as const;
}

function messages(count: number, one: string, many: string): string {
  return count === 1 ? `1 message ${one}` : `${count} messages ${many}`;
}
