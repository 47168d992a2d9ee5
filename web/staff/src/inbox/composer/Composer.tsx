import { useRef, useState } from 'react';
import { IconLock, IconSend } from '@tabler/icons-react';
import { flushSync } from 'react-dom';
import type { Thread } from '../messages';
import { useViewing } from '../presence';
import { useShortcuts } from '../shortcuts';
import classes from './Composer.module.css';
import { draftOf, useDraft } from './drafts';
import { NoteForm } from './NoteForm';
import { ReplyForm } from './ReplyForm';
import { useFiles } from './useFiles';

type Mode = 'reply' | 'note';

/**
 * Two forms, each with its own text, draft, colour, button and request: what is written in one cannot be sent by the other. Both are in the
 * document's memory at the same time, one of them on screen.
 */
export function Composer({ thread, lastSeen }: { thread: Thread; lastSeen: number }) {
  const [mode, setMode] = useState<Mode>('reply');
  const place = useRef<HTMLDivElement>(null);
  const reply = useDraft(draftOf(thread.id, 'draft'));
  const files = useFiles(thread.id);
  const note = useDraft(draftOf(thread.id, 'note-draft'));
  useViewing(thread.id, mode === 'reply' && reply.text.trim() !== '' ? 'editing' : 'viewing');

  const choose = (next: Mode) => {
    // At once: the next letter that is typed belongs into the field, and would be a shortcut outside of it.
    flushSync(() => setMode(next));
    place.current?.querySelector('textarea')?.focus();
  };
  useShortcuts({ r: () => choose('reply'), n: () => choose('note') });

  return (
    <div ref={place} className={classes.composer} data-mode={mode}>
      <div className={classes.modes} role="group" aria-label="What you write">
        <button type="button" className={classes.mode} aria-pressed={mode === 'reply'} onClick={() => choose('reply')}>
          <IconSend size={16} aria-hidden="true" />
          {thread.kind === 'patient' ? 'Reply to patient' : 'Reply'}
          {mode !== 'reply' && reply.text !== '' && <span className={classes.has}>draft</span>}
        </button>
        <button type="button" className={classes.mode} aria-pressed={mode === 'note'} onClick={() => choose('note')}>
          <IconLock size={16} aria-hidden="true" />
          Internal note
          {mode !== 'note' && note.text !== '' && <span className={classes.has}>draft</span>}
        </button>
      </div>
      {mode === 'reply' ? <ReplyForm thread={thread} lastSeen={lastSeen} files={files} /> : <NoteForm thread={thread} />}
    </div>
  );
}
