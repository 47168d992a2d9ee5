import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useOutbox } from '@vagus/react';
import { useEffect } from 'react';
import { usePortal } from '../data/portal';
import { outgoingOf } from '../messages/outgoing';
import { useAnnounce } from '../ui/Announcer';
import { Notice } from '../ui/Notice';
import { useWords } from '../words/useWords';

/** Stands on every page of a signed-in person, so that what waits goes out whatever is shown; says how much waits and what was lost. */
export function OutboxNotice() {
  const { t } = useWords();
  const { drafts } = usePortal();
  const announce = useAnnounce();
  const queries = useQueryClient();
  const { entries, lost, outbox } = useOutbox(({ entry }) => {
    const { threadId, content } = outgoingOf(entry);
    (threadId === null ? drafts.ofNewThread() : drafts.ofThread(threadId)).overtaken(content);
    announce(t('waiting.gone'));
    for (const key of ['threads', 'thread', 'scheduled']) void queries.invalidateQueries({ queryKey: [key] });
  });
  useEffect(() => drafts.setWaiting(entries.map((entry) => outgoingOf(entry).content)), [drafts, entries]);
  return (
    <>
      {entries.length > 0 && (
        <Notice tone="late" role="status">
          {t('waiting.count', { count: entries.length })} <Link to="/messages">{t('waiting.show')}</Link>
        </Notice>
      )}
      {lost > 0 && (
        <Notice
          tone="grave"
          role="alert"
          action={
            <button type="button" className="button" onClick={outbox.forgetLost}>
              {t('waiting.understood')}
            </button>
          }
        >
          {t('waiting.lost', { count: lost })}
        </Notice>
      )}
    </>
  );
}
