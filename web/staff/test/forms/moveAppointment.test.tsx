// @vitest-environment jsdom
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { useState, type ReactElement } from 'react';
import { expect, test } from 'vitest';
import { MoveAppointmentForm } from '../../src/appointments/MoveAppointmentForm';
import type { Appointment } from '../../src/data/fhir/resources';
import { bundle, FormPage } from './formPage';

const page = FormPage.forEachTest();
const actor = (reference: string) => ({ actor: { reference }, status: 'accepted' as const });

test('Moving to a time at which the clinic is closed says so before anything is sent', async () => {
  const hours = { timeZone: 'America/New_York', week: { friday: ['08:00-12:00'] }, days: {} };
  page.answer('GET /api/patient-messages/options', () => Response.json({ hours }));
  page.answer('GET /fhir/Practitioner', () => bundle());
  page.answer('GET /fhir/Location', () => bundle());
  const appointment: Appointment = {
    resourceType: 'Appointment', id: 'one', status: 'booked', start: '2026-11-27T15:00:00Z', end: '2026-11-27T15:30:00Z', participant: [],
  };
  page.show(<MoveAppointmentForm appointment={appointment} about="Ana Ruiz" onDone={() => {}} onBack={() => {}} />);
  const told = screen.getByRole('status', { name: 'Before you move' });
  expect(told.textContent).toBe('');

  fireEvent.change(screen.getByLabelText('New start'), { target: { value: '14:30' } });

  await waitFor(() => expect(told.textContent).toBe('The clinic is closed at this time. It is open from 08:00 to 12:00.'));
  fireEvent.change(screen.getByLabelText('New start'), { target: { value: '09:00' } });
  await waitFor(() => expect(told.textContent).toBe(''));
  expect(page.changes()).toEqual([]);
});

test('Only what was typed is sent: what somebody else has changed meanwhile is shown, and is not set back', async () => {
  page.answer('GET /fhir/Practitioner', () => bundle(
    { resourceType: 'Practitioner', id: 'lee', name: [{ family: 'Lee' }] },
    { resourceType: 'Practitioner', id: 'novak', name: [{ family: 'Novak' }] },
  ));
  page.answer('GET /fhir/Location', () => bundle());
  page.answer('POST /api/appointments/one/reschedule', () => Response.json({ code: 'throttled' }, { status: 429 }));
  const before: Appointment = {
    resourceType: 'Appointment', id: 'one', meta: { versionId: '1' }, status: 'booked', start: '2026-11-27T15:00:00Z',
    end: '2026-11-27T15:30:00Z', participant: [actor('Practitioner/lee')],
  };
  const after = { ...before, meta: { versionId: '2' }, participant: [actor('Practitioner/novak')] };
  function Form(): ReactElement {
    const [appointment, setAppointment] = useState(before);
    return (
      <>
        <button type="button" onClick={() => setAppointment(after)}>
          A colleague changes it
        </button>
        <MoveAppointmentForm appointment={appointment} about="Ana Ruiz" onDone={() => {}} onBack={() => {}} />
      </>
    );
  }
  page.show(<Form />);
  fireEvent.change(screen.getByLabelText('New start'), { target: { value: '14:30' } });
  const provider = screen.getByLabelText<HTMLInputElement>('Provider', { selector: 'input' });
  await waitFor(() => expect(provider.value).toBe('Lee'));

  await page.press('A colleague changes it');
  await waitFor(() => expect(provider.value).toBe('Novak'));
  await page.press('Move');

  await waitFor(() => expect(page.changes()).toHaveLength(1));
  expect(JSON.parse(page.changes()[0]!.body)).toEqual({ start: '2026-11-27T19:30:00.000Z', durationMinutes: 30, version: 2 });
});

test('What was moved is told as moved where the record cannot be read afterwards', async () => {
  page.answer('GET /fhir/Practitioner', () => bundle());
  page.answer('GET /fhir/Location', () => bundle());
  page.answer('POST /api/appointments/one/reschedule', () => Response.json({ id: 'one' }));
  page.answer('GET /fhir/Appointment/one', () => new Response(null, { status: 503 }));
  const appointment: Appointment = {
    resourceType: 'Appointment', id: 'one', meta: { versionId: '1' }, status: 'booked', start: '2026-11-27T15:00:00Z',
    end: '2026-11-27T15:30:00Z', participant: [],
  };
  let done = 0;
  page.show(<MoveAppointmentForm appointment={appointment} about="Ana Ruiz" onDone={() => (done += 1)} onBack={() => {}} />);
  fireEvent.change(screen.getByLabelText('New start'), { target: { value: '14:30' } });

  await page.press('Move');

  await waitFor(() => expect(done).toBe(1));
});
