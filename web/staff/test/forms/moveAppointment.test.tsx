// @vitest-environment jsdom
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { MoveAppointmentForm } from '../../src/appointments/MoveAppointmentForm';
import type { Appointment } from '../../src/data/fhir/resources';
import { bundle, FormPage } from './formPage';

const page = FormPage.forEachTest();

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
