import { describe, expect, test } from 'vitest';
import { cannedFor } from '../../src/inbox/composer/CannedPicker';
import { firstUnfilled } from '../../src/inbox/composer/placeholders';
import { presenceText } from '../../src/inbox/presence';
import { outcomeOf } from '../../src/inbox/queues/BulkBar';
import { inverseOf, nextMonday, tomorrowMorning } from '../../src/inbox/threadActions';
import { patientFacts, pressure, spanText, threadName } from '../../src/inbox/words';
import { withCount } from '../../src/shell/useTitleCount';
import { someThread } from './someThread';

describe('A place to be filled blocks sending:', () => {
  test.each([
    ['Hello {{patient.firstName}}', '{{patient.firstName}}'],
    ['Your [which medicine] is ready', '[which medicine]'],
    ['Take [...] daily', '[...]'],
    ['Take […] daily', '[…]'],
    ['First [here], then {{there}}', '[here]'],
    ['First {{there}}, then [here]', '{{there}}'],
  ])('%s', (text, place) => {
    expect(firstUnfilled(text)?.text).toBe(place);
  });

  const whole = ['All is well.', 'See [our page](https://clinic.example)', 'Item [a] and [1]', 'An open [ bracket', '{single}'];
  test.each(whole)('not in: %s', (text) => {
    expect(firstUnfilled(text)).toBeNull();
  });
});

describe('What presses about a thread', () => {
  const now = Date.parse('2026-11-27T15:00:00Z');
  test.each([
    ['how long the patient waits', {}, 'Waiting 1 h'],
    ['until when an answer is promised', { dueAt: '2026-11-27T15:40:00Z' }, 'Due in 40 min'],
    ['how late it is', { dueAt: '2026-11-27T13:00:00Z', overdue: true }, '2 h overdue'],
    ['nothing but that it is closed', { status: 'closed', overdue: true }, 'Closed'],
    ['whose turn it is', { waitingSince: null, status: 'waiting_patient' }, 'Waiting on patient'],
  ] as const)('is %s', (_, changes, text) => {
    expect(pressure(someThread(changes), now)?.text).toBe(text);
  });

  test('is nothing where nobody waits', () => {
    expect(pressure(someThread({ waitingSince: null, status: 'in_progress' }), now)).toBeNull();
  });

  test('is told in two units at most', () => {
    const spans = [0, 59, 61, 150, 26 * 60, 50 * 60].map((minutes) => spanText(minutes * 60_000));

    expect(spans).toEqual(['under 1 min', '59 min', '1 h 1 min', '2 h 30 min', '1 d', '2 d']);
  });
});

test('A change is taken back to what was before, and to nothing else', () => {
  const thread = someThread({ assignedTo: { userId: 'user-2', name: 'Grace' }, status: 'open' });

  expect(inverseOf(thread, { assignedTo: 'user-1', status: 'closed' })).toEqual({ assignedTo: 'user-2', status: 'open' });
});

test('Snoozing ends at eight in the morning of the next day, or of the next Monday', () => {
  const friday = new Date(2026, 10, 27, 18, 30);

  expect(tomorrowMorning(friday)).toBe(new Date(2026, 10, 28, 8).toISOString());
  expect(nextMonday(friday)).toBe(new Date(2026, 10, 30, 8).toISOString());
  expect(nextMonday(new Date(2026, 10, 30, 7))).toBe(new Date(2026, 11, 7, 8).toISOString());
});

test('Of a bulk change each thread that was not changed is named with its reason', () => {
  const results = [{ id: 'thread-1', ok: true, error: null }, { id: 'thread-2', ok: false, error: { code: 'not_assignable' } }];

  const { changed, refused } = outcomeOf(results, [someThread(), someThread({ id: 'thread-2' })], 'Assigned');

  expect([changed, refused]).toEqual([1, [{ name: 'Ana Ruiz', why: expect.stringContaining('cannot be given') }]]);
});

function viewer(userId: string, mode: 'viewing' | 'editing') {
  return { userId, role: 'nurse', mode, since: '2026-11-27T14:00:00Z' };
}

const nameOf = (id: string) => id;

test('Who writes an answer is told before who only looks, and oneself never', () => {
  expect(presenceText([viewer('me', 'editing')], 'me', nameOf)).toBeNull();
  expect(presenceText([viewer('me', 'viewing'), viewer('Grace', 'viewing')], 'me', nameOf)).toBe('Grace is viewing');
  expect(presenceText([viewer('Grace', 'viewing'), viewer('Kim', 'editing')], 'me', nameOf)).toBe('Kim is replying');
});

function canned(title: string, shortcode: string | null, category: 'billing' | null) {
  return { id: title, title, shortcode, category, content: 'refill text', filledContent: null };
}

test('The canned response of the shortcut that was typed stands first, then those of the category', () => {
  const all = [canned('A', null, null), canned('B', 'refill', null), canned('C', null, 'billing')];

  expect(cannedFor(all, '', 'billing').map(({ id }) => id)).toEqual(['C', 'A', 'B']);
  expect(cannedFor(all, '/refill', 'billing').map(({ id }) => id)).toEqual(['B', 'C', 'A']);
});

test('The title of the tab carries how much is unread and whether a critical alert waits, once and without a name', () => {
  expect(withCount('Inbox · Vagus', 3, false)).toBe('(3) Inbox · Vagus');
  expect(withCount('(3) Inbox · Vagus', 12, false)).toBe('(12) Inbox · Vagus');
  expect(withCount('(3) Inbox · Vagus', 0, false)).toBe('Inbox · Vagus');
  expect(withCount('(3) Inbox · Vagus', 3, true)).toBe('(!) (3) Inbox · Vagus');
  expect(withCount('(!) (3) Inbox · Vagus', 0, true)).toBe('(!) Inbox · Vagus');
  expect(withCount('(!) Inbox · Vagus', 0, false)).toBe('Inbox · Vagus');
});

test('A thread among staff is named after its people, and says whom it is about apart from that', () => {
  const participants = ['Ben Cole', 'Dr. Okafor', 'Eva Lind', 'Finn Ody'].map((name, at) => ({ userId: `user-${at}`, name }));
  const thread = someThread({ kind: 'staff', participants });

  expect(threadName(thread)).toBe('Staff: Ben Cole, Dr. Okafor, Eva Lind and 1 more');
  expect(patientFacts(thread)).toBe('about Ana Ruiz');
});
