import { expect, test } from 'vitest';
import { placeOf } from '../src/notifications/notificationPlace';
import { changesIn, withChannel, wrongFields, type Preferences } from '../src/preferences/preferences';

const stored: Preferences = {
  email: { enabled: true, address: 'pat@example.org', refusedAt: null },
  sms: { enabled: false, phone: null },
  push: { enabled: true },
  digest: { enabled: false, time: '09:00' },
  quietHours: null,
  timeZone: 'UTC',
  language: 'en',
  kinds: { message: ['email', 'push'], notification: ['push'] },
};

test('Only what was changed is sent, and never the address', () => {
  const chosen = { ...withChannel(stored, 'notification', 'email', true), quietHours: { from: '22:00', to: '07:00' } };

  expect(changesIn(stored, stored)).toEqual({});
  expect(changesIn(stored, chosen)).toEqual({
    quietHours: { from: '22:00', to: '07:00' },
    kinds: { message: ['email', 'push'], notification: ['push', 'email'] },
  });
  expect(changesIn(stored, { ...stored, email: { ...stored.email, enabled: false } })).toEqual({ email: { enabled: false } });
});

test('What the server would refuse is said before it is sent', () => {
  expect(wrongFields(stored)).toEqual({});
  expect(wrongFields({ ...stored, sms: { enabled: true, phone: null } })).toHaveProperty('phone');
  expect(wrongFields({ ...stored, sms: { enabled: false, phone: '555-0142' } })).toHaveProperty('phone');
  expect(wrongFields({ ...stored, sms: { enabled: true, phone: '+15551234567' } })).toEqual({});
  expect(wrongFields({ ...stored, quietHours: { from: '22:00', to: '22:00' } })).toHaveProperty('quiet');
});

function placeAt(url: string, patientId: string | null = 'p1') {
  return placeOf({ patientId, action: { type: 'view', url } });
}

test('A notification about a thread leads to the thread', () => {
  expect(placeAt('/inbox/0f8fad5b-d9cb')).toEqual({ threadId: '0f8fad5b-d9cb' });
  expect(placeAt('/inbox/a/b', null)).toBeNull();
  expect(placeAt('https://evil.example/inbox/a', null)).toBeNull();
});

test('A notification leads to its result and to nothing outside of the chart', () => {
  expect(placeAt('/patients/p1/labs/r1')).toEqual({ patientId: 'p1', search: { view: 'results', open: 'r1' } });
  expect(placeAt('/patients/p1/imaging/r1')).toEqual({ patientId: 'p1', search: { view: 'imaging', open: 'r1' } });
  expect(placeAt('/patients/p1/medications')).toEqual({ patientId: 'p1', search: { view: 'medications' } });
  expect(placeAt('/patients/p1/biopsies/b1')).toEqual({ patientId: 'p1', search: {} });
  expect(placeAt('https://evil.example/patients/p1')).toEqual({ patientId: 'p1', search: {} });
  expect(placeAt('//evil.example', null)).toBeNull();
});
