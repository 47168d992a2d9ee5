import { describe, expect, test } from 'vitest';
import { narrowed, queueOf, queues, readInboxSearch } from '../../src/inbox/queues/queues';
import { heldOrder, placeThread, threadsOf, withoutThread, type ThreadPages } from '../../src/inbox/queues/threadList';
import { someThread } from './someThread';

const at = { me: 'user-1', now: Date.parse('2026-11-27T15:00:00Z') };
const holders = (changes: Parameters<typeof someThread>[0]) =>
  queues.filter(({ holds }) => holds(someThread(changes), at)).map(({ key }) => key);

describe('A queue holds', () => {
  test.each([
    ['a new thread of a patient', { unreadCount: 0 }, ['unassigned', 'all']],
    ['one that is mine', { unreadCount: 0, assignedTo: { userId: 'user-1', name: null } }, ['mine', 'all']],
    [
      'one of a colleague that waits for the patient',
      { unreadCount: 0, assignedTo: { userId: 'user-2', name: null }, status: 'waiting_patient' },
      ['waiting', 'all'],
    ],
    ['a direct one that nobody has taken', { kind: 'direct', patient: null }, ['pools', 'unread', 'all']],
    ['one among staff', { kind: 'staff' }, ['pools', 'unread', 'all']],
    ['a snoozed one only where snoozed ones stand', { unreadCount: 0, snoozeUntil: '2026-11-28T08:00:00Z' }, ['snoozed']],
    ['one whose sleep is over like any other', { unreadCount: 0, snoozeUntil: '2026-11-27T08:00:00Z' }, ['unassigned', 'all']],
    ['a closed one nowhere else, also when it was mine and overdue', { unreadCount: 0, status: 'closed', overdue: true,
      assignedTo: { userId: 'user-1', name: null } }, ['closed']],
    ['one that waits too long', { unreadCount: 0, overdue: true }, ['unassigned', 'overdue', 'all']],
  ] as const)('%s', (_, changes, expected) => {
    expect(holders(changes as Parameters<typeof someThread>[0])).toEqual(expected);
  });

  test('no more than what the address narrows it to', () => {
    const search = { queue: 'all', patient: 'patient-1', category: 'billing' } as const;

    const { asks, holds } = narrowed(queueOf('all'), search);

    expect(asks).toEqual({ snoozed: 'false', patientId: 'patient-1', category: 'billing' });
    expect(holds(someThread(), at)).toBe(false);
    expect(holds(someThread({ category: 'billing' }), at)).toBe(true);
  });
});

test('What is not valid in the address is dropped, and a name never gets into it', () => {
  const given = { queue: 'everything', thread: 'a b', patient: 'patient-1', category: 'billing', priority: 'x', name: 'Ana Ruiz' };

  expect(readInboxSearch(given)).toEqual({ patient: 'patient-1', category: 'billing' });
});

function pagesOf(nextCursor: string | null, ...ids: string[]): ThreadPages {
  const items = ids.map((id, index) => someThread({ id, lastMessageAt: `2026-11-27T14:0${9 - index}:00Z` }));
  return { pages: [{ items, nextCursor }], pageParams: [null] };
}

const idsOf = (pages: ThreadPages) => threadsOf(pages).map(({ id }) => id);

describe('The list of threads', () => {
  test('takes a new thread to its place by the latest message', () => {
    const pages = pagesOf(null, 'a', 'b');

    expect(idsOf(placeThread(pages, someThread({ id: 'c', lastMessageAt: '2026-11-27T14:08:30Z' }), true))).toEqual(['a', 'c', 'b']);
  });

  test('loses a thread that left the queue', () => {
    expect(idsOf(placeThread(pagesOf(null, 'a', 'b'), someThread({ id: 'a', version: 2 }), false))).toEqual(['b']);
    expect(idsOf(withoutThread(pagesOf(null, 'a', 'b'), 'b'))).toEqual(['a']);
  });

  test('is not set back by an answer that is older than what is shown', () => {
    const pages = placeThread(pagesOf(null, 'a'), someThread({ id: 'a', version: 3, subject: 'New' }), true);

    const after = placeThread(pages, someThread({ id: 'a', version: 2, subject: 'Old' }), true);

    expect(threadsOf(after)[0]?.subject).toBe('New');
  });

  test('leaves a thread to a later page that is older than everything loaded', () => {
    const old = someThread({ id: 'old', lastMessageAt: '2026-11-01T00:00:00Z' });

    expect(idsOf(placeThread(pagesOf('more', 'a', 'b'), old, true))).toEqual(['a', 'b']);
    expect(idsOf(placeThread(pagesOf(null, 'a', 'b'), old, true))).toEqual(['a', 'b', 'old']);
  });

  test('keeps its order and what has left while a hand is over it, and counts what is new', () => {
    const [one, other] = [someThread({ id: 'a' }), someThread({ id: 'b' })];

    const { rows, waiting } = heldOrder([one, other], [someThread({ id: 'c' }), someThread({ id: 'b', version: 2 })]);

    expect(rows.map(({ id, version }) => `${id} ${version}`)).toEqual(['a 1', 'b 2']);
    expect(waiting).toBe(1);
  });
});
