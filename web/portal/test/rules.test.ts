import { expect, test } from 'vitest';
import { nextOf, type Appointment } from '../src/appointments/appointments';
import { calendarFile } from '../src/appointments/calendarFile';
import { personOf } from '../src/data/people';
import { concerned } from '../src/data/useFreshness';
import { charactersOf, mistakeIn, mostCharacters } from '../src/messages/limits';
import { receiptKey, senderKey, sideOf } from '../src/messages/sender';
import { sizeText } from '../src/messages/sizeText';
import { isForOther } from '../src/messages/threads';
import { deviceName } from '../src/more/deviceName';
import { changeOf, isPhone, withCountry } from '../src/more/preferenceForm';
import { newestFirst, type Result } from '../src/results/results';
import { pathToReturnTo } from '../src/sign-in/returnPath';

const appointment: Appointment = {
  id: 'one', providerName: 'Maya Okafor', start: '2026-12-01T14:00:00Z', end: '2026-12-01T14:30:00Z', status: 'booked', type: null,
  location: 'Elm Street 4, Portland', reason: 'Blood pressure', comment: null,
};

test('The next appointment is the first that takes place', () => {
  const cancelled = { ...appointment, id: 'off', status: 'cancelled' };

  expect(nextOf([cancelled, appointment])).toBe(appointment);
  expect(nextOf([cancelled])).toBeUndefined();
});

test('The file for a calendar has the times in UTC and says nothing of the visit', () => {
  const text = calendarFile(appointment, 'Appointment', new Date('2026-11-27T12:00:00Z')) ?? '';

  expect(text).toContain('DTSTART:20261201T140000Z\r\nDTEND:20261201T143000Z\r\nSUMMARY:Appointment\r\nLOCATION:Elm Street 4\\, Portland');
  expect(text).not.toContain('pressure');
});

test.each([
  [{ senderId: 'me', senderRole: 'patient' }, 'own', 'sender.you'],
  [{ senderId: 'mother', senderRole: 'patient' }, 'family', 'sender.family'],
  [{ senderId: 'nurse-1', senderRole: 'nurse' }, 'team', 'sender.nurse'],
  [{ senderId: 'x', senderRole: 'admin' }, 'team', 'sender.team'],
  [{ senderId: 'x', senderRole: 'service' }, 'machine', 'sender.machine'],
])('A message of %j is of the side %s', (message, side, key) => {
  expect(sideOf(message, 'me')).toBe(side);
  expect(senderKey(sideOf(message, 'me'), message.senderRole)).toBe(key);
});

test('A message is seen when the other side has read it', () => {
  expect(receiptKey({ readAt: null })).toBe('receipt.sent');
  expect(receiptKey({ readAt: '2026-11-27T12:00:00Z' })).toBe('receipt.seen');
});

test('Characters count as the server counts them, and blank text is none', () => {
  expect(charactersOf('😀é')).toBe(2);
  expect(mistakeIn(' \n')).toBe('blank');
  expect(mistakeIn('😀'.repeat(mostCharacters))).toBeNull();
  expect(mistakeIn('x'.repeat(mostCharacters + 1))).toBe('long');
});

test('Sizes are told in the unit of the limit', () => {
  expect(sizeText(10 * 1_048_576, String)).toBe('10 MB');
  expect(sizeText(3, String)).toBe('1 KB');
});

test.each([
  ['(207) 555-0142', '+12075550142'],
  ['1 207 555 0142', '+12075550142'],
  ['0049 30 1234567', '+49301234567'],
  ['+34 600 123 456', '+34600123456'],
])('The number %s is %s', (typed, number) => {
  expect(withCountry(typed)).toBe(number);
  expect(isPhone(number)).toBe(true);
});

test('A change of preferences names the zone of the clock whose times it holds', () => {
  const form = {
    language: 'es', email: true, sms: false, phone: 'none', digest: true, digestTime: '09:00', quiet: true, from: '22:00', to: '07:00',
  };

  expect(changeOf(form, 'America/New_York')).toEqual({
    language: 'es',
    timeZone: 'America/New_York',
    email: { enabled: true },
    digest: { enabled: true, time: '09:00' },
    sms: { enabled: false, phone: null },
    quietHours: { from: '22:00', to: '07:00' },
  });
});

test.each([
  ['/messages/0199-a.b', '/messages/0199-a.b'],
  ['//evil.example', '/'],
  ['https://evil.example', '/'],
  ['/sign-in', '/'],
  ['/\\evil.example', '/'],
  ['/messages?x=1', '/'],
  [7, '/'],
])('After signing in, %j leads to %s', (path, to) => {
  expect(pathToReturnTo(path)).toBe(to);
});

test('A person is called by the official name, and a name without a text is put together', () => {
  const name = [{ use: 'nickname', text: 'Annie' }, { use: 'official', given: ['Ana', 'María'], family: 'Ruiz' }];

  expect(personOf({ id: 'ana', name, birthDate: '1984-05-06' })).toEqual({ id: 'ana', name: 'Ana María Ruiz', birthDate: '1984-05-06' });
  expect(personOf({ id: 'ana' })).toEqual({ id: 'ana', name: 'ana', birthDate: null });
});

test('A device is called as a person would call it', () => {
  const phone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/15E148 Safari/604.1';

  expect(deviceName(phone)).toBe('Safari, iPhone');
  expect(deviceName('curl/8')).toBeNull();
});

const resultAt = (id: string, availableAt: string | null): Result => ({
  kind: 'lab', id, title: null, availableAt, isChanged: false, isViewed: true, tests: [],
});

test('The newest result is first also where laboratories write in different time zones, and one without a time is last', () => {
  const older = resultAt('older', '2026-11-27T10:00:00+02:00');
  const newer = resultAt('newer', '2026-11-27T09:00:00Z');

  expect(newestFirst([resultAt('none', null), older, newer]).map(({ id }) => id)).toEqual(['newer', 'older', 'none']);
});

test('A thread is another’s by its patient, not by the person chosen in the strip', () => {
  const user = { id: 'u1', email: '', displayName: '', role: 'patient', patientId: 'ana' };

  expect(isForOther({ patient: { id: 'mia', name: null } }, { status: 'signed_in', user })).toBe(true);
  expect(isForOther({ patient: { id: 'ana', name: null } }, { status: 'signed_in', user })).toBe(false);
});

test('A changed record of a patient loads the people again for whom one acts', () => {
  expect(concerned('patient:updated')).toEqual(['people']);
});
