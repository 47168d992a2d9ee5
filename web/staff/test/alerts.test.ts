import { Problem, type Alert } from '@vagus/client';
import { expect, test, vi } from 'vitest';
import { alertFailure, alertLine, clockText, lostRaceText, stepText } from '../src/alerts/alertWords';
import { barAlerts } from '../src/alerts/barAlerts';
import { afterEvent, oneAtATime } from '../src/alerts/openAlerts';
import { asServerTime, hearServerTime } from '../src/time/serverTime';

const maya = { userId: 'u1', name: 'Maya Okafor', role: 'provider' };
const grace = { userId: 'u2', name: 'Grace Mbeki', role: 'nurse' };
const nameOf = (id: string | null | undefined) => ({ u1: 'Maya Okafor', u2: 'Grace Mbeki' })[id ?? ''] ?? 'a colleague';

function alert(id: string, more: Partial<Alert> = {}): Alert {
  return {
    id, type: 'critical_lab_value', priority: 'urgent', title: 'CRITICAL LAB VALUE', message: 'CRITICAL: Potassium = 6.5 mmol/L',
    patientId: 'p1', patientName: 'Kenji Chen', details: null, requiresAcknowledgment: true, owner: maya, level: 1,
    dueAt: '2026-11-27T09:10:00Z', state: 'raised', ...more,
  };
}

function event(name: string, data: Record<string, unknown>) {
  return { name, payload: { eventId: 'e', sequence: 1, occurredAt: '2026-11-27T09:00:00Z', patientId: 'p1', ...data } };
}

test('The bar shows what waits for the person first, then what it owes an action, then what waits for colleagues', () => {
  const team = alert('team', { owner: grace, dueAt: '2026-11-27T09:01:00Z' });
  const owed = alert('owed', { state: 'acknowledged' });
  const late = alert('late', { dueAt: '2026-11-27T09:30:00Z' });

  expect(barAlerts([team, owed, late], 'u1')).toMatchObject({ first: { id: 'late' }, kind: 'mine', more: 2 });
  expect(barAlerts([team, owed], 'u1')).toMatchObject({ first: { id: 'owed' }, kind: 'act', more: 1 });
  expect(barAlerts([team], 'u1')).toMatchObject({ first: { id: 'team' }, kind: 'team', more: 0, mine: [] });
  expect(barAlerts([], 'u1')).toMatchObject({ first: null, kind: 'none', more: 0 });
});

test('What a colleague has acknowledged leaves the bar', () => {
  const taken = alert('a1', { owner: grace, state: 'acknowledged' });

  expect(barAlerts([taken], 'u1').first).toBeNull();
});

test('An alert that is told to its owner is there at once, by its deadline', () => {
  const after = afterEvent([alert('a2', { dueAt: '2026-11-27T09:20:00Z' })], event('critical_alert', { ...alert('a1'), level: 2 }));

  expect(after?.map(({ id, state }) => `${id} ${state}`)).toEqual(['a1 escalated', 'a2 raised']);
});

test('Who acknowledges owns it, what is resolved is gone, and what says too little is loaded', () => {
  const acknowledged = { alertId: 'a1', acknowledgedBy: 'u2', acknowledgedAt: '2026-11-27T09:04:00Z', dueAt: null };

  expect(afterEvent([alert('a1')], event('alert:acknowledged', acknowledged))).toMatchObject([
    { id: 'a1', state: 'acknowledged', owner: { userId: 'u2' }, acknowledgedBy: 'u2' },
  ]);
  expect(afterEvent([alert('a1')], event('alert:resolved', { alertId: 'a1' }))).toEqual([]);
  expect(afterEvent([alert('a1')], event('alert:escalated', { alertId: 'a1' }))).toBeNull();
});

test.each([
  ['2026-11-27T09:07:30Z', '7 min left'],
  ['2026-11-27T09:00:30Z', 'less than a minute left'],
  ['2026-11-27T08:59:30Z', 'overdue'],
  ['2026-11-27T08:50:00Z', '9 min overdue'],
  ['2026-11-27T12:30:00Z', '3 h left'],
  [null, ''],
])('What is due at %s is %s at nine', (dueAt, text) => {
  expect(clockText(dueAt, Date.parse('2026-11-27T09:00:00Z'))).toBe(text);
});

test('An alert is never named without its patient', () => {
  expect(alertLine(alert('a1'))).toBe('Potassium = 6.5 mmol/L · Kenji Chen');
  expect(alertLine(alert('a1', { patientName: null }))).toBe('Potassium = 6.5 mmol/L · patient not shown');
});

test('Who was second is told who was first, and when', () => {
  const current = alert('a1', { state: 'acknowledged', owner: grace, acknowledgedBy: 'u2', acknowledgedAt: '2026-11-27T14:04:00Z' });

  expect(lostRaceText(current, nameOf)).toMatch(/^Grace Mbeki acknowledged it at 9:04\sAM and has it now/);
  expect(lostRaceText(undefined, nameOf)).toContain('settled');
});

test('The way of an alert is told in sentences', () => {
  const at = '2026-11-27T09:00:00Z';
  const steps = [
    { at, what: 'raised', to: 'u1' },
    { at, what: 'escalated', to: 'u2', reason: 'not_acknowledged' },
    { at, what: 'acknowledged', by: 'u2', readBack: '6.5' },
    { at, what: 'called', by: 'u2', called: 'Dr. Lee', reached: false },
    { at, what: 'resolved', by: 'u2', action: 'treated' },
    { at, what: 'seen_from_space' },
  ];

  expect(steps.map((step) => stepText(step, nameOf))).toEqual([
    'Raised, for Maya Okafor',
    'Not acknowledged in time: handed on to Grace Mbeki',
    'Grace Mbeki acknowledged it, read back “6.5”',
    'Grace Mbeki called Dr. Lee: not reached',
    'Grace Mbeki recorded: Treated',
    'seen from space',
  ]);
});

test('A refusal says what to do, and never in the words of the server', () => {
  expect(alertFailure(new Problem(422, 'read_back_differs', 'server text')).message).toContain('does not name the value');
  expect(alertFailure(new Problem(500, 'boom', 'server text'))).toBeInstanceOf(Problem);
});

test('Loads that are asked for while one is under way are one more load after it', async () => {
  const ends: (() => void)[] = [];
  const load = oneAtATime(() => new Promise<void>((resolve) => void ends.push(resolve)));

  for (let time = 0; time < 5; time += 1) load();
  expect(ends).toHaveLength(1);
  ends[0]!();

  await vi.waitFor(() => expect(ends).toHaveLength(2));
  ends[1]!();
  await Promise.resolve();
  expect(ends).toHaveLength(2);
});

test('A deadline is counted by the clock of the server, however wrong that of the workstation is', () => {
  const nine = Date.parse('2026-11-27T09:00:00Z');
  const here = nine - 7 * 60_000;

  hearServerTime('Fri, 27 Nov 2026 09:00:00 GMT', here, here + 200);
  expect(clockText('2026-11-27T09:10:00Z', asServerTime(here + 1_000))).toBe('9 min left');

  hearServerTime('Fri, 27 Nov 2026 09:00:00 GMT', nine - 60_000, nine);
  hearServerTime(null, nine, nine);
  expect(clockText('2026-11-27T09:10:00Z', asServerTime(here + 1_000))).toBe('9 min left');

  hearServerTime('Fri, 27 Nov 2026 09:00:00 GMT', nine, nine + 100);
  expect(asServerTime(nine)).toBe(nine);
});
