import { describe, expect, test } from 'vitest';
import { readAuditSearch } from '../src/audit/auditSearch';
import { readBillingSearch } from '../src/billing/billingSearch';
import { totalsText, type Claim } from '../src/billing/claims';
import { conflictText } from '../src/appointments/timeTaken';
import { hasGap, turnsOn, type Turn } from '../src/on-call/onCall';
import { overdueText, stepsOf, type Biopsy } from '../src/results/biopsies';
import { previousOf } from '../src/results/earlier';
import { flagOf, standOut } from '../src/results/results';
import { openResultViews, ownKind, readResultsSearch } from '../src/results/resultsSearch';
import { byDay } from '../src/schedule/columns';
import { readScheduleSearch } from '../src/schedule/scheduleSearch';
import { readDays, readHours } from '../src/settings/calendar';
import { homeOf, openPlaces } from '../src/shell/places';
import { weekOf } from '../src/time/days';

const treats = { '*': ['read', 'create', 'update', 'delete'], Claim: [], AuditEvent: [] };
const lab = { Patient: ['read'], ServiceRequest: ['read'], Specimen: ['read'], Observation: ['read'], DiagnosticReport: ['read'] };
const radiology = { Patient: ['read'], ServiceRequest: ['read'], ImagingStudy: ['read'], DiagnosticReport: ['read'] };
const billing = { Patient: ['read'], Appointment: ['read'], Claim: ['read', 'update'] };

const never = () => false;
const onlyK = ({ id }: { id?: string }) => id === 'k';
const value = (id: string, code: string) => ({ resourceType: 'Observation', id, interpretation: [{ coding: [{ code }] }] });
const measured = (id: string, effectiveDateTime: string, patient = 'ana', code = '2823-3') => ({
  resourceType: 'Observation', id, effectiveDateTime, subject: { reference: `Patient/${patient}` },
  code: { coding: [{ code: 'K', system: 'urn:lab' }, { code, system: 'http://loinc.org' }].slice(code === '2823-3' ? 0 : 1) },
});
const turn = (from: string, until: string): Turn => ({ id: from, duty: 'provider', userId: 'okafor', from, until });
const claim = (total: number, currency: string) => ({ total, currency, balance: total }) as Claim;

describe('Where a day begins', () => {
  test.each([
    ['who treats', treats, '/schedule'],
    ['the laboratory', lab, '/results'],
    ['who bills', billing, '/billing'],
    ['who is shown nothing else', {}, '/feed'],
  ])('%s: %s', (_who, permissions, home) => {
    expect(homeOf(permissions)).toBe(home);
  });

  test('The audit and the settings are the administrator’s', () => {
    expect(openPlaces(treats).map(({ text }) => text)).not.toContain('Audit');
    expect(openPlaces({ '*': ['read'] }).map(({ text }) => text).slice(-2)).toEqual(['Audit', 'Settings']);
  });
});

describe('Results', () => {
  test('Those who treat have results to review; departments see what is new of their kind', () => {
    expect(openResultViews(treats)).toEqual(['review', 'latest', 'overdue', 'biopsies']);
    expect(openResultViews(lab)).toEqual(['latest', 'overdue', 'biopsies']);
    expect(openResultViews(radiology)).toEqual(['latest']);
    expect([ownKind(treats), ownKind(lab), ownKind(radiology)]).toEqual(['all', 'LAB', 'RAD']);
  });

  test.each([
    ['the second interpretation', [{ coding: [{ code: 'H' }] }, { coding: [{ code: 'HH' }] }], 'HH'],
    ['the second coding', [{ coding: [{ code: 'A' }, { code: 'AA' }] }], 'AA'],
    ['a word beside an unknown code', [{ coding: [{ code: 'crit-7' }], text: 'Critical low' }], 'LL'],
    ['a display', [{ coding: [{ code: 'X', display: 'Critical' }] }], 'AA'],
    ['small letters', [{ coding: [{ code: 'hh' }] }], 'HH'],
    ['the word that says it is not', [{ coding: [{ code: 'H' }], text: 'Not critical' }], 'H'],
    ['what says something after what says nothing', [{ coding: [{ code: 'N' }] }, { coding: [{ code: 'L' }] }], 'L'],
  ])('A value is flagged by the gravest of what the laboratory said: %s', (_where, interpretation, flag) => {
    const report = { resourceType: 'DiagnosticReport', result: ['a', 'b'].map((id) => ({ reference: `Observation/${id}` })) };
    const said = { resourceType: 'Observation', id: 'b', interpretation };

    const shown = standOut(report, [value('a', 'H'), said], never);

    expect(flagOf(said, never)).toBe(flag);
    expect(shown[0]!.id).toBe(flag.length === 2 ? 'b' : 'a');
  });

  test('What was taken back has no flag', () => {
    expect(flagOf({ ...value('a', 'HH'), status: 'entered-in-error' }, () => true)).toBeNull();
  });

  test('What is critical stands out before what is out of range; normal values do not', () => {
    const report = { resourceType: 'DiagnosticReport', result: ['a', 'b', 'c'].map((id) => ({ reference: `Observation/${id}` })) };

    const shown = standOut(report, [value('a', 'H'), value('b', 'N'), value('c', 'LL'), value('other', 'HH')], never);

    expect(shown.map(({ id }) => id)).toEqual(['c', 'a']);
  });

  test('A value without a flag stands out by its range, and is critical where the server says so', () => {
    const potassium = {
      resourceType: 'Observation', id: 'k', valueQuantity: { value: 6.9 }, referenceRange: [{ low: { value: 3.5 }, high: { value: 5.1 } }],
    };
    const report = { resourceType: 'DiagnosticReport', result: ['a', 'k'].map((id) => ({ reference: `Observation/${id}` })) };

    expect(standOut(report, [value('a', 'N'), potassium], never).map(({ id }) => id)).toEqual(['k']);
    expect(standOut(report, [value('a', 'A'), potassium], onlyK).map(({ id }) => id)).toEqual(['k', 'a']);
    expect([flagOf(potassium, never), flagOf(potassium, onlyK)]).toEqual(['H', 'HH']);
  });

  test('The value before is the last one of the same patient and test that was measured earlier', () => {
    const shown = measured('now', '2026-11-26T10:00:00Z');
    const earlier = [
      measured('older', '2026-10-01T10:00:00Z'),
      measured('before', '2026-11-26T06:00:00-03:00'),
      measured('later', '2026-11-26T06:00:00-05:00'),
      measured('of another patient', '2026-11-26T09:30:00Z', 'bo'),
      measured('of another test', '2026-11-26T09:30:00Z', 'ana', '2951-2'),
      shown,
    ];

    expect(previousOf(shown, earlier)?.id).toBe('before');
    expect(previousOf(measured('first', '2026-09-01T10:00:00Z'), earlier)).toBeUndefined();
  });

  test('A biopsy has come as far as its state and its times say', () => {
    const biopsy = { status: 'sent', orderedAt: '2026-11-01T10:00:00Z', overdue: 'result', dueAt: '2026-11-15T10:00:00Z' } as Biopsy;

    expect(stepsOf(biopsy).map(({ isDone }) => isDone)).toEqual([true, true, true, false, false]);
    expect(overdueText(biopsy)).toBe('Result overdue since Nov 15, 2026');
  });
});

describe('On call', () => {
  test('A turn over midnight stands on both days, and a day that nobody has whole has a gap', () => {
    const turns = [turn('2026-11-27T13:00:00Z', '2026-11-28T13:00:00Z')];

    expect(turnsOn(turns, 'provider', '2026-11-27')).toHaveLength(1);
    expect(turnsOn(turns, 'provider', '2026-11-28')).toHaveLength(1);
    expect(turnsOn(turns, 'provider', '2026-11-29')).toHaveLength(0);
    expect(hasGap(turns, 'provider', '2026-11-27')).toBe(true);
    expect(hasGap([...turns, turn('2026-11-27T05:00:00Z', '2026-11-27T13:00:00Z')], 'provider', '2026-11-27')).toBe(false);
  });
});

describe('Addresses hold ids and words of a list; what is wrong is dropped', () => {
  test.each([
    [readResultsSearch({ view: 'overdue', open: 'b-1', kind: 'x' }), { view: 'overdue', open: 'b-1' }],
    [readResultsSearch({ view: 'everything', open: '../x' }), {}],
    [readBillingSearch({ state: 'paid', open: 7 }), { state: 'paid' }],
    [readAuditSearch({ user: 'u-1', outcome: 8, from: '2026-02-30x', open: '12' }), { user: 'u-1', outcome: '8', open: '12' }],
    [readScheduleSearch({ view: 'week', by: 'provider', date: 'today', book: true }), { view: 'week', book: true }],
  ])('%j', (read, expected) => {
    expect(read).toEqual(expected);
  });
});

test('A week begins on Monday, and an appointment stands on its day', () => {
  const week = weekOf('2026-11-29');
  const appointment = { resourceType: 'Appointment', status: 'booked', start: '2026-11-27T15:00:00Z', participant: [] } as const;

  expect([week[0], week[6]]).toEqual(['2026-11-23', '2026-11-29']);
  expect(byDay(week, [{ ...appointment, participant: [] }]).map(({ appointments }) => appointments.length)).toEqual([0, 0, 0, 0, 1, 0, 0]);
});

test('Sums of different currencies are never added, and cents are exact', () => {
  expect(totalsText([claim(0.1, 'USD'), claim(0.2, 'USD'), claim(5, 'EUR')])).toBe('$0.30 and €5.00');
});

test('A time that is taken is told with whose it is', () => {
  const taken = { takenFrom: '2026-11-27T15:00:00Z', takenUntil: '2026-11-27T15:30:00Z' };

  expect(conflictText({ with: 'location', ...taken })).toBe('The room is taken from 10:00 AM to 10:30 AM.');
});

test.each([
  ['08:00-12:00, 13:00-17:00', ['08:00-12:00', '13:00-17:00']],
  ['', []],
  ['8-12', null],
  ['12:00-08:00', null],
  ['20:00-24:00', ['20:00-24:00']],
])('Hours %j are %j', (typed, read) => {
  expect(readHours(typed)).toEqual(read);
});

test('Closed days are days', () => {
  expect(readDays('2026-12-25\n2027-01-01')).toEqual(['2026-12-25', '2027-01-01']);
  expect(readDays('Christmas')).toBeNull();
});
