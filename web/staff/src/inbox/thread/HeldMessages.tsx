import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { announce } from '../../ui/announcements';
import { draftOf } from '../composer/drafts';
import { filesOf } from '../composer/useFiles';
import type { HeldMessage } from '../messages';
import { withEntries } from './entries';
import { Held, useWhenSent } from './Held';
import classes from './HeldMessages.module.css';
import { heldQuery, updateThread } from './openThread';

/** One's own messages of this thread that wait for their time; nobody else is shown them. */
export function HeldMessages({ threadId }: { threadId: string }) {
  const queries = useQueryClient();
  const { data = [] } = useQuery(heldQuery(threadId));
  const reload = useCallback(() => {
    void queries.invalidateQueries({ queryKey: heldQuery(threadId).queryKey });
    void queries.invalidateQueries({ queryKey: ['inbox', 'thread', threadId] });
  }, [queries, threadId]);
  useWhenSent(data, reload);
  if (data.length === 0) return null;

  async function putBack(message: HeldMessage, taken: HeldMessage): Promise<void> {
    announce('Not sent. The text is back in the reply.');
    filesOf(threadId).putBack(taken.attachments ?? message.attachments ?? []);
    await draftOf(threadId, 'draft').putBack(taken.content ?? '');
  }

  return (
    <ul className={classes.held} aria-label="Messages that wait">
      {data.map((message) => (
        <Held
          key={message.id}
          message={message}
          stoppedText="Not sent: you do not see this thread any more in the role that you wrote it in."
          gone={() =>
            queries.setQueryData<readonly HeldMessage[]>(heldQuery(threadId).queryKey, (all) => all?.filter(({ id }) => id !== message.id))
          }
          onTakenBack={(taken) => putBack(message, taken)}
          onSent={(sent) => {
            updateThread(queries, threadId, (known) => withEntries(known, [sent]));
            announce('Message sent');
          }}
        />
      ))}
    </ul>
  );
}
