import { Conversation, type ConversationState, type ConversationWith } from '@vagus/client';
import { useCallback, useMemo } from 'react';
import { useVagus } from '../provider/VagusProvider.js';
import { useStore } from './useStore.js';

export interface Messages extends Omit<ConversationState, 'typing'> {
  readonly send: Conversation['send'];
  /** Everything that is shown. */
  readonly markRead: () => Promise<void>;
  /** The person types: say it again at most every few seconds. */
  readonly typing: () => void;
  readonly loadOlder: () => Promise<void>;
  readonly reload: () => Promise<void>;
  /** Who is typing now. */
  readonly typingUsers: ConversationState['typing'];
}

/** The messages with somebody, of a thread, or about something; kept current by `/messaging`. */
export function useMessages(conversation: ConversationWith): Messages {
  // Another person's conversation is another one.
  const services = useVagus();
  const { messaging, surface } = services;
  // Callers write the object anew at each rendering.
  const key = JSON.stringify('threadId' in conversation ? { surface, ...conversation } : conversation);
  const messages = useMemo(
    () => new Conversation(JSON.parse(key) as ConversationWith, services),
    [key, services],
  );
  const { typing: typingUsers, ...state } = useStore(messages);
  const thread = state.messages.at(-1)?.threadId;
  const send = useCallback<Conversation['send']>((content, more) => messages.send(content, more), [messages]);
  const markRead = useCallback(() => messages.markRead(), [messages]);
  const loadOlder = useCallback(() => messages.loadOlder(), [messages]);
  const reload = useCallback(() => messages.reload(), [messages]);
  const typing = useCallback(() => {
    if (thread !== undefined) void messaging.typing({ threadId: thread });
  }, [messaging, thread]);
  return { ...state, typingUsers, send, markRead, typing, loadOlder, reload };
}
