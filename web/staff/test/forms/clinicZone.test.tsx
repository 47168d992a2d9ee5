// @vitest-environment jsdom
import { screen, waitFor } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { meQuery } from '../../src/data/session/permissions';
import { ClinicZoneForm } from '../../src/settings/ClinicZoneForm';
import { queryClient } from '../../src/shell/queryClient';
import { clinicZone, setClinicZone } from '../../src/time/clinicZone';
import { timeText } from '../../src/time/words';
import { FormPage } from './formPage';

const page = FormPage.forEachTest();
afterEach(() => setClinicZone(undefined));

test('The time zone of the clinic is shown and changed, and this page shows times by the new one at once', async () => {
  let zone = 'America/New_York';
  page.answer('GET /api/admin/settings/time-zone', () => Response.json(zone));
  page.answer('GET /api/auth/me', () => Response.json({ timeZone: zone, permissions: {}, user: { id: 'user-1' } }));
  page.answer('PUT /api/admin/settings/time-zone', ({ body }) => {
    zone = JSON.parse(body) as string;
    return new Response(null, { status: 204 });
  });
  await queryClient.fetchQuery(meQuery);
  page.show(<ClinicZoneForm />);
  const field = await screen.findByRole<HTMLInputElement>('combobox', { name: 'Time zone of the clinic' });
  expect(field.value).toBe('America/New_York');
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Save the time zone' }).disabled).toBe(true);

  await page.person.clear(field);
  await page.person.type(field, 'zuri');
  await page.person.click(await screen.findByRole('option', { name: 'Europe/Zurich' }));
  await page.press('Save the time zone');

  await waitFor(async () => {
    // As a page that is open asks: only what is out of date is asked for again.
    await queryClient.fetchQuery(meQuery);
    expect(clinicZone()).toBe('Europe/Zurich');
  });
  expect(timeText('2026-11-27T12:00:00Z')).toBe('1:00 PM');
});

test('A zone that the server does not take is told, and nothing is changed', async () => {
  page.answer('GET /api/admin/settings/time-zone', () => Response.json(null));
  page.answer('PUT /api/admin/settings/time-zone', () =>
    Response.json({ code: 'unknown_time_zone', detail: 'The setting is the IANA name of a time zone.' }, { status: 400 }));
  page.show(<ClinicZoneForm />);
  const field = await screen.findByRole('combobox', { name: 'Time zone of the clinic' });

  await page.person.type(field, 'UTC');
  await page.person.click(await screen.findByRole('option', { name: 'UTC' }));
  await page.press('Save the time zone');

  expect((await screen.findByRole('alert')).textContent).toContain('Not taken');
});
