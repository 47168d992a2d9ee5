import { useEffect, useState } from 'react';
import { messaging } from '../../data/session/session';

/** A line that breaks tells no end. */
const endsAfterMs = 7_000;

/** Who is typing in the thread now; shown and never read aloud. */
export function useTyping(threadId: string): 'patient' | 'staff' | null {
  const [who, setWho] = useState<'patient' | 'staff' | null>(null);
  useEffect(() => {
    let ends: ReturnType<typeof setTimeout> | undefined;
    const stop = () => {
      clearTimeout(ends);
      setWho(null);
    };
    const untyping = messaging.on('user_typing', (told) => {
      if (told.threadId !== threadId) return;
      stop();
      if (!told.isTyping) return;
      setWho(told.role === 'patient' ? 'patient' : 'staff');
      ends = setTimeout(stop, endsAfterMs);
    });
    const unsent = messaging.on('new_message', (message) => message.threadId === threadId && stop());
    return () => {
      clearTimeout(ends);
      untyping();
      unsent();
    };
  }, [threadId]);
  return who;
}
