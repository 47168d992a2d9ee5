import { describe, expect, test } from 'vitest';
import { firstUnread, lastSequence, withEntries, withNewest, withOlder, withReceipt, withRetraction, type OpenThread } from
  '../../src/inbox/thread/entries';
import { someMessage, someNote, someThread } from './someThread';

const open = (...entries: OpenThread['entries']): OpenThread => ({ thread: someThread(), entries, older: 'older' });
const idsOf = ({ entries }: OpenThread) => entries.map(({ id }) => id);

describe('An open thread', () => {
  test('has each message once and in its order, and a note behind the message that it was written after', () => {
    const late = someNote('note-late', 1, '2026-11-27T14:30:00Z');
    const early = someNote('note-early', 1, '2026-11-27T14:20:00Z');

    const thread = withEntries(open(someMessage(1), someMessage(2)), [late, someMessage(3), early, someMessage(2)]);

    expect(idsOf(thread)).toEqual(['message-1', 'note-early', 'note-late', 'message-2', 'message-3']);
  });

  test('keeps what was loaded before where the newest page follows upon it', () => {
    const page = { thread: someThread({ version: 2 }), messages: [someMessage(3), someMessage(4)], nextCursor: 'other' };

    const thread = withNewest(open(someMessage(1), someMessage(2)), page);

    expect(idsOf(thread)).toEqual(['message-1', 'message-2', 'message-3', 'message-4']);
    expect([thread.older, thread.thread.version]).toEqual(['older', 2]);
  });

  test('begins anew where messages are missing between', () => {
    const page = { thread: someThread(), messages: [someMessage(9)], nextCursor: 'before-9' };

    const thread = withNewest(open(someMessage(1)), page);

    expect(idsOf(thread)).toEqual(['message-9']);
    expect(thread.older).toBe('before-9');
  });

  test('pages back', () => {
    const thread = withOlder(open(someMessage(2)), { thread: someThread(), messages: [someMessage(1)], nextCursor: null });

    expect([idsOf(thread), thread.older]).toEqual([['message-1', 'message-2'], null]);
  });

  test('keeps a message retracted and read, whatever an older answer says', () => {
    const own = someMessage(1, { senderId: 'user-1', senderRole: 'nurse' });
    const read = withReceipt(open(own, someMessage(2)), { readerId: 'patient-user', readAt: '2026-11-27T15:00:00Z', upToSequence: 2 });
    const gone = withRetraction(read, 'message-2');

    const thread = withEntries(gone, [own, someMessage(2)]);

    expect(thread.entries.map((entry) => entry.kind === 'message' && [entry.readAt, entry.status, entry.content])).toEqual([
      ['2026-11-27T15:00:00Z', 'sent', 'Message 1'],
      [null, 'retracted', null],
    ]);
  });

  test('opens at the first message of somebody else that is not read; automatic answers count for nobody', () => {
    const entries = [
      someMessage(1),
      someMessage(2, { senderRole: 'service', senderId: 'service' }),
      someMessage(3),
      someMessage(4, { senderId: 'user-1', senderRole: 'nurse' }),
    ];

    expect(firstUnread(entries, 1, 'user-1')).toBe('message-3');
    expect(firstUnread(entries, 2, 'user-1')).toBe('message-1');
    expect(firstUnread(entries, 0, 'user-1')).toBeNull();
    expect(lastSequence(entries)).toBe(4);
  });
});
