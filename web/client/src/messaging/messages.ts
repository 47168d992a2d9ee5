export type ContextType = 'prescription' | 'delivery' | 'appointment' | 'result';

export interface MessageAttachment {
  readonly id: string;
  readonly fileName: string;
  readonly contentType: string;
  readonly size: number;
  readonly scan: 'pending' | 'clean' | 'quarantined';
}

export interface Message {
  readonly id: string;
  readonly kind: 'message';
  readonly threadId: string;
  readonly senderId: string;
  readonly senderRole: string;
  /** Null in the threads of patients. */
  readonly recipientId: string | null;
  /** Null where `status` is not `sent`. */
  readonly content: string | null;
  readonly contextType: ContextType | null;
  readonly contextId: string | null;
  readonly sentAt: string;
  /** When the other side first had read it. */
  readonly readAt: string | null;
  /** Counts the messages of the thread. */
  readonly sequence: number;
  readonly status: 'sent' | 'retracted' | 'unreadable';
  readonly clientMessageId: string | null;
  readonly attachments: readonly MessageAttachment[];
}

/** To somebody, or into a thread. */
export type Addressee =
  | { readonly recipientId: string; readonly threadId?: never }
  | { readonly threadId: string; readonly recipientId?: never };

export type OutgoingMessage = Addressee & {
  readonly content: string;
  readonly contextType?: ContextType;
  readonly contextId?: string;
  /** The sender's own id of this message: sending it again stores nothing. Made where it is not given. */
  readonly clientMessageId?: string;
};

export interface Connected {
  readonly userId: string;
  readonly role: string;
  readonly serverTime: string;
  /** Threads with messages that are not read. */
  readonly unread: number;
}

export interface MessageReadNotice {
  readonly messageId: string;
  readonly threadId: string;
  readonly readerId: string;
  readonly readerRole: string;
  readonly readAt: string;
  readonly upToSequence: number;
}

export interface MessageRetractedNotice {
  readonly messageId: string;
  readonly threadId: string;
  readonly sequence: number;
  readonly retractedBy: string;
  readonly retractedAt: string | null;
}

export interface UserTyping {
  readonly userId: string;
  readonly role: string;
  readonly threadId: string;
  readonly isTyping: boolean;
}

/** Threads with something unread by the person who is told, when that changes. */
export interface UnreadNotice {
  readonly count: number;
  /** Direct threads under `direct`, those among staff under `staff`. */
  readonly byCategory: Readonly<Record<string, number>>;
}

/** What the namespace `/messaging` tells, by name. */
export interface MessagingEvents {
  connected: Connected;
  new_message: Message;
  message_sent: Message;
  message_read: MessageReadNotice;
  message_retracted: MessageRetractedNotice;
  user_typing: UserTyping;
  unread: UnreadNotice;
}

export type MessagingEventName = keyof MessagingEvents;
