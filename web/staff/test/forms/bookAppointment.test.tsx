// @vitest-environment jsdom
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { BookAppointmentForm } from '../../src/appointments/BookAppointmentForm';
import { bundle, FormPage, pending } from './formPage';

const ana = { resourceType: 'Patient', id: 'ana', name: [{ given: ['Ana'], family: 'Ruiz' }], birthDate: '1984-05-06' };
const otherAna = { ...ana, id: 'other-ana', birthDate: '2001-02-03' };
const lee = { resourceType: 'Practitioner', id: 'lee', name: [{ given: ['Amara'], family: 'Lee', prefix: ['Dr.'] }] };
const novak = { resourceType: 'Practitioner', id: 'novak', name: [{ given: ['Jonas'], family: 'Novák' }] };

const room = { resourceType: 'Location', id: 'room-1', name: 'Room 1' };

function takesPart(reference: string, display: string) {
  return { actor: { reference, display }, status: 'accepted' };
}

function booked(): Response {
  return Response.json({ id: 'new' }, { status: 201 });
}

/** Of the 27th, in hours of UTC: five more than the clinic's clock shows. */
function appointmentOf(id: string, patient: string, provider: string, from: string, until: string, more: object = {}) {
  return {
    resourceType: 'Appointment', id, meta: { versionId: '1' }, status: 'booked',
    start: `2026-11-27T${from}:00Z`, end: `2026-11-27T${until}:00Z`,
    participant: [takesPart(`Patient/${patient}`, `Name of ${patient}`), takesPart(`Practitioner/${provider}`, `Dr. ${provider}`)],
    ...more,
  };
}

const page = FormPage.forEachTest();
let closed: number;
let bookedOn: string[];

beforeEach(() => {
  closed = 0;
  bookedOn = [];
  page.answer('GET /fhir/Patient', () => bundle(ana, otherAna));
  page.answer('POST /fhir/Patient/_search', () => bundle(ana));
  page.answer('GET /fhir/Practitioner', () => bundle(lee, novak));
  page.answer('GET /fhir/Location', () => bundle(room));
  page.answer('GET /fhir/Appointment', () => bundle());
  page.answer('POST /api/appointments', booked);
  page.answer('GET /fhir/Appointment/new', () => Response.json(appointmentOf('new', 'ana', 'lee', '19:30', '20:00')));
});

function show(): void {
  page.show(<BookAppointmentForm day="2026-11-27" onClose={() => (closed += 1)} onBooked={(day) => bookedOn.push(day)} />);
}

async function fill(): Promise<void> {
  await page.choose('Patient', /Ana Ruiz, born May 6, 1984/);
  await page.choose('Provider', 'Dr. Amara Lee');
  fireEvent.change(screen.getByLabelText('Start'), { target: { value: '14:30' } });
}

function field(name: string): HTMLInputElement {
  return screen.getByLabelText<HTMLInputElement>(name, { selector: 'input' });
}

describe('What is missing is said at its field, and nothing is sent', () => {
  test.each([
    ['Patient', 'Choose a patient', () => page.choose('Provider', 'Dr. Amara Lee')],
    ['Provider', 'Choose a provider', () => page.choose('Patient', /May 6, 1984/)],
    ['Date', 'Choose a date', async () => void (await fill(), fireEvent.change(field('Date'), { target: { value: '' } }))],
    ['Start', 'Choose a time', async () => void (await fill(), fireEvent.change(field('Start'), { target: { value: '' } }))],
  ])('%s: %s', async (name, text, prepare) => {
    show();
    await prepare();

    await page.press('Book');

    expect(await screen.findByText(text)).toBeTruthy();
    await waitFor(() => expect(document.activeElement).toBe(field(name)));
    expect(field(name).getAttribute('aria-invalid')).toBe('true');
    expect(screen.getAllByText(/^Choose a (patient|provider|date|time)$/)).toHaveLength(1);
    expect(page.changes()).toEqual([]);
  });

  test('The first of several fields takes the focus', async () => {
    show();

    await page.press('Book');

    expect(screen.getAllByText(/^Choose a (patient|provider)$/)).toHaveLength(2);
    await waitFor(() => expect(document.activeElement).toBe(field('Patient')));
  });

  test('A field that is filled in afterwards is no longer marked, the others still are', async () => {
    show();
    await page.press('Book');
    await waitFor(() => expect(document.activeElement).toBe(field('Patient')));

    await page.choose('Provider', 'Dr. Amara Lee');

    expect(screen.queryByText('Choose a provider', { selector: 'p' })).toBeNull();
    expect(screen.getByText('Choose a patient')).toBeTruthy();
  });
});

test('A complete booking is sent once, as the appointment that was typed', async () => {
  show();
  await fill();
  await page.choose('Duration', '45 minutes');
  await page.choose('Room', 'Room 1');
  await page.person.type(field('Reason'), '  Cough ');

  await page.press('Book');

  await waitFor(() => expect(bookedOn).toEqual(['2026-11-27']));
  const [request, ...more] = page.changes();
  expect(more).toEqual([]);
  expect(JSON.parse(request!.body)).toEqual({
    patientId: 'ana',
    providerId: 'lee',
    start: '2026-11-27T19:30:00.000Z',
    durationMinutes: 45,
    reason: 'Cough',
    location: 'room-1',
  });
});

test.each([
  ['the record cannot be read', () => page.answer('GET /fhir/Appointment/new', () => new Response(null, { status: 503 }))],
  ['the answer is lost on its way', () => page.answer('POST /api/appointments', () => new Response('', { status: 201 }))],
])('What was booked is told as booked where %s: who books again has booked twice', async (_why, prepare) => {
  prepare();
  show();
  await fill();

  await page.press('Book');

  await waitFor(() => expect(bookedOn).toEqual(['2026-11-27']));
  expect(screen.queryByText(/not booked/i)).toBeNull();
});

describe('Whose time is taken is told before anything is sent', () => {
  test.each([
    ['the provider', ['bo', 'lee'], /^Dr. Amara Lee has Name of bo from 2:15 PM to 2:45 PM\.$/],
    ['the patient', ['ana', 'novak'], /^Ana Ruiz.* has an appointment from 2:15 PM to 2:45 PM, with Dr. novak\.$/],
  ] as const)('%s: it is booked nevertheless only by a button that says so', async (_who, [patient, provider], text) => {
    page.answer('GET /fhir/Appointment', () => bundle(appointmentOf('one', patient, provider, '19:15', '19:45')));
    show();
    await fill();

    expect((await screen.findByText(text)).closest('[role=status]')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Book' })).toBeNull();
    await page.press('Book anyway');

    await waitFor(() => expect(bookedOn).toHaveLength(1));
    expect(JSON.parse(page.changes()[0]!.body)).toMatchObject({ allowOverlap: true });
  });

  test.each([
    ['ends as this one begins', appointmentOf('one', 'bo', 'lee', '19:00', '19:30')],
    ['begins as this one ends', appointmentOf('one', 'bo', 'lee', '20:00', '20:30')],
    ['is cancelled', appointmentOf('one', 'bo', 'lee', '19:30', '20:00', { status: 'cancelled' })],
    ['is of others', appointmentOf('one', 'bo', 'novak', '19:30', '20:00')],
  ])('One that %s is not in the way', async (_what, other) => {
    page.answer('GET /fhir/Appointment', () => bundle(other));
    show();
    await fill();

    await page.press('Book');

    await waitFor(() => expect(bookedOn).toHaveLength(1));
    expect(JSON.parse(page.changes()[0]!.body)).not.toHaveProperty('allowOverlap');
  });
});

test('What the server alone knows to be taken is told, and is booked nevertheless only once the person has read it', async () => {
  const conflicts = [{ with: 'provider', takenFrom: '2026-11-27T19:15:00Z', takenUntil: '2026-11-27T19:45:00Z' }];
  const taken = () => Response.json({ code: 'overlap', conflicts }, { status: 409 });
  page.answer('POST /api/appointments', ({ body }) => (JSON.parse(body).allowOverlap ? booked() : taken()));
  show();
  await fill();
  await page.press('Book');

  const alert = await screen.findByRole('alert', { name: 'Not booked' });
  expect(alert.textContent).toContain('Nothing was booked: The provider is taken from 2:15 PM to 2:45 PM.');
  fireEvent.change(screen.getByLabelText('Start'), { target: { value: '15:30' } });
  await screen.findByRole('button', { name: 'Book' });
  expect(screen.queryByRole('alert')).toBeNull();
  fireEvent.change(screen.getByLabelText('Start'), { target: { value: '14:30' } });
  await page.press('Book');
  await screen.findByRole('button', { name: 'Book anyway' });
  await page.press('Book anyway');

  await waitFor(() => expect(bookedOn).toHaveLength(1));
  expect(page.changes().map(({ body }) => JSON.parse(body).allowOverlap ?? false)).toEqual([false, false, true]);
});

test('A time that is over is said, and can be booked all the same', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-27T16:00:00') });
  try {
    show();
    await fill();

    expect(await screen.findByText('This time is over.')).toBeTruthy();
    await page.press('Book');
    await waitFor(() => expect(bookedOn).toHaveLength(1));
  } finally {
    vi.useRealTimers();
  }
});

test('A time at which the clinic is closed is not proposed, and is booked only by a button that says so', async () => {
  const hours = { timeZone: 'America/New_York', week: { friday: ['08:00-12:00', '15:00-17:00'] }, days: {} };
  page.answer('GET /api/patient-messages/options', () => Response.json({ hours }));
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-27T12:10:00') });
  try {
    show();
    await waitFor(() => expect(field('Start').value).toBe('15:00'));
    await fill();

    const told = await screen.findByText('The clinic is closed at this time. It is open from 08:00 to 12:00 and from 15:00 to 17:00.');
    expect(told.closest('[role=status]')).toBeTruthy();
    await page.press('Book anyway');

    await waitFor(() => expect(bookedOn).toHaveLength(1));
    expect(JSON.parse(page.changes()[0]!.body)).not.toHaveProperty('allowOverlap');
  } finally {
    vi.useRealTimers();
  }
});

test('A reason of blanks is no reason, and none is longer than 200 characters', async () => {
  show();
  await fill();
  await page.person.type(field('Reason'), '   ');

  await page.press('Book');

  await waitFor(() => expect(page.changes()).toHaveLength(1));
  expect(JSON.parse(page.changes()[0]!.body)).not.toHaveProperty('reason');
  expect(field('Reason').maxLength).toBe(200);
});

test('While it is being booked it can be neither booked again nor cancelled', async () => {
  const { answer, end } = pending();
  page.answer('POST /api/appointments', answer);
  show();
  await fill();

  await page.press('Book');

  await waitFor(() => expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Cancel' }).disabled).toBe(true));
  await page.press('Book');
  await page.press('Cancel');
  end(Response.json({ id: 'new' }, { status: 201 }));
  await waitFor(() => expect(bookedOn).toHaveLength(1));
  expect(page.changes()).toHaveLength(1);
  expect(closed).toBe(0);
});

test.each([
  [() => Response.json({ issue: [{ code: 'invalid' }] }, { status: 422 }), 'Not booked', /nothing was changed/],
  [() => Response.json({}, { status: 500 }), 'Perhaps not booked', /Something went wrong on the server/],
  [() => Promise.reject(new TypeError('Failed to fetch')), 'Perhaps not booked', /may or may not have been saved/],
])('A booking that fails is told with what is known of it, and what was typed stays: %#', async (answer, title, text) => {
  page.answer('POST /api/appointments', answer);
  show();
  await fill();
  await page.person.type(field('Reason'), 'Cough');

  await page.press('Book');

  const alert = await screen.findByRole('alert', { name: title });
  expect(alert.textContent).toMatch(text);
  expect(field('Patient').value).toBe('Ana Ruiz, born May 6, 1984');
  expect([field('Start').value, field('Reason').value]).toEqual(['14:30', 'Cough']);
  expect(bookedOn).toEqual([]);
});

test.each([
  ['2026-11-27T09:01:00', '09:15'],
  ['2026-11-27T09:15:00', '09:15'],
  ['2026-11-27T23:52:00', '23:45'],
])('At %s it proposes %s, the next quarter of an hour of the same day', (now, time) => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(now) });
  try {
    show();
    expect(field('Start').value).toBe(time);
  } finally {
    vi.useRealTimers();
  }
});

test('Two patients of one name are told apart by their birth dates', async () => {
  show();

  await page.person.click(field('Patient'));

  expect(await screen.findByRole('option', { name: 'Ana Ruiz, born May 6, 1984' })).toBeTruthy();
  expect(screen.getByRole('option', { name: 'Ana Ruiz, born Feb 3, 2001' })).toBeTruthy();
});

test('A search for a patient that failed is not called a search without result', async () => {
  page.answer('POST /fhir/Patient/_search', () => Response.json({}, { status: 403 }));
  show();

  await page.person.type(field('Patient'), 'zoe');

  expect(await screen.findByText(/not open to your role/)).toBeTruthy();
  expect(screen.queryByText('No such patient')).toBeNull();
});

test('A provider is found by any word of the name, with or without accents, and no other name is', async () => {
  show();
  await screen.findByPlaceholderText('Choose a provider');

  await page.person.type(field('Provider'), 'novak jo');
  expect(await screen.findByRole('option', { name: 'Jonas Novák' })).toBeTruthy();
  expect(screen.queryByRole('option', { name: 'Dr. Amara Lee' })).toBeNull();
  await page.person.type(field('Provider'), 'x');

  expect(await screen.findByText('No provider of this name')).toBeTruthy();
});

test('Providers that could not be loaded are not called unknown', async () => {
  page.answer('GET /fhir/Practitioner', () => Response.json({}, { status: 403 }));
  show();
  await screen.findByPlaceholderText('Choose a provider');

  await page.person.click(field('Provider'));

  expect(await screen.findByText(/not open to your role/)).toBeTruthy();
});
