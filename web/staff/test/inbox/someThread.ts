import type { Message } from '@vagus/client';
import type { Note, Thread } from '../../src/inbox/messages';

export function someThread(changes: Partial<Thread> = {}): Thread {
  return {
    id: 'thread-1',
    kind: 'patient',
    subject: 'Refill of metformin',
    category: 'prescription_refill',
    priority: 'normal',
    status: 'open',
    patient: { id: 'patient-1', name: 'Ana Ruiz', birthDate: '1984-05-06', mrn: 'MRN100058' },
    assignedTo: null,
    team: null,
    createdAt: '2026-11-27T14:00:00Z',
    lastMessageAt: '2026-11-27T14:00:00Z',
    lastMessagePreview: 'May I have more?',
    waitingSince: '2026-11-27T14:00:00Z',
    dueAt: null,
    overdue: false,
    snoozeUntil: null,
    labels: [],
    unreadCount: 1,
    following: false,
    lastSequence: 1,
    version: 1,
    ...changes,
  };
}

export function someMessage(sequence: number, changes: Partial<Message> = {}): Message {
  return {
    id: `message-${sequence}`,
    kind: 'message',
    threadId: 'thread-1',
    senderId: 'patient-user',
    senderRole: 'patient',
    recipientId: null,
    content: `Message ${sequence}`,
    contextType: null,
    contextId: null,
    sentAt: new Date(Date.UTC(2026, 10, 27, 14, sequence)).toISOString(),
    readAt: null,
    sequence,
    status: 'sent',
    clientMessageId: null,
    attachments: [],
    ...changes,
  };
}

export function someNote(id: string, afterSequence: number, sentAt: string): Note {
  const by = { senderId: 'user-2', senderRole: 'nurse' };
  return { id, kind: 'note', threadId: 'thread-1', ...by, content: id, sentAt, afterSequence, attachments: [] };
}
