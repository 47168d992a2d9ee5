import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { missing } from './chromium';
import { ClinicVisits, connectionSays } from './clinicVisits';

async function choose(page: Page, field: string, typed: string, option: RegExp): Promise<void> {
  await page.getByRole('combobox', { name: field }).fill(typed);
  await page.getByRole('option', { name: option }).click();
}

describe.skipIf(missing)(`the app live${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = ClinicVisits.forEachTest();
  const { open } = visits;

  test('An appointment booked by one person appears at once for another and is announced', async () => {
    const one = await open();
    const other = await open();
    await other.getByText('Farid Haddad').first().waitFor();

    await one.getByRole('button', { name: 'Book appointment' }).click();
    await choose(one, 'Patient', 'Zoe', /Zoe Fischer/);
    await choose(one, 'Provider', 'Lee', /Amara Lee/);
    await one.getByLabel('Start').fill('16:30');
    await one.getByLabel('Reason').fill('Sore throat');
    await one.getByRole('dialog').getByRole('button', { name: 'Book', exact: true }).click();

    const card = other.getByRole('button', { name: /4:30 PM.*Zoe Fischer.*Booked/ });
    await card.waitFor();
    expect(await card.getAttribute('class')).toMatch(/new/);
    await other.locator('[data-announcer]').getByText(/Appointment booked: Zoe Fischer/).waitFor();
    await one.getByRole('button', { name: /4:30 PM.*Zoe Fischer/ }).waitFor();
    await one.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('Checking in writes the version that was seen and shows on every screen', async () => {
    const one = await open();
    const other = await open('/', 320);

    await one.getByRole('button', { name: /10:35 AM.*Farid Haddad.*Booked/ }).click();
    await one.getByRole('button', { name: 'Check in' }).click();

    await one.getByRole('button', { name: /Farid Haddad.*Arrived/ }).waitFor();
    await other.getByRole('button', { name: /10:35 AM.*Farid Haddad.*Arrived/ }).waitFor();
  });

  test('Who is second to change an appointment is told, and sees what the first one did', async () => {
    const page = await open();
    await page.getByRole('button', { name: /10:35 AM.*Farid Haddad.*Booked/ }).click();
    await page.getByRole('button', { name: 'Cancel appointment' }).click();
    const stored = visits.clinic.store.all('Appointment').find((one) => one.id === 'appointment-6');
    visits.clinic.store.onWrite = () => {};
    visits.clinic.store.put({ ...stored!, status: 'arrived' });

    await page.getByRole('dialog').getByRole('button', { name: 'Cancel appointment' }).click();

    await page.getByRole('alert').getByText('Somebody else changed this appointment').waitFor();
    await page.getByRole('dialog').getByText('Arrived').waitFor();
  });

  test('After an interruption what was missed is there without a reload', async () => {
    const page = await open();
    await page.getByText('Farid Haddad').first().waitFor();

    visits.clinic.dropConnections();
    await connectionSays(page, 'Reconnecting…');
    const stored = visits.clinic.store.get('Appointment', 'appointment-6');
    visits.clinic.store.put({ ...stored!, status: 'noshow' });

    await connectionSays(page, 'Live');
    await page.getByRole('button', { name: /Farid Haddad.*No-show/ }).waitFor();
  });

  test('When the server cannot replay a part of the log, what is on screen is loaded again', async () => {
    const page = await open();
    await page.getByRole('button', { name: /10:35 AM.*Farid Haddad.*Booked/ }).waitFor();

    const { store } = visits.clinic;
    visits.clinic.writeUnseen(() => store.put({ ...store.get('Appointment', 'appointment-6')!, status: 'noshow' }));

    await page.getByRole('button', { name: /10:35 AM.*Farid Haddad.*No-show/ }).waitFor();
  });

  test('A server that is out of reach when the app starts is a page that can try again, not a sign-out', async () => {
    const page = await open('/patients');
    await page.route('**/api/auth/refresh', (route) => route.abort());
    await page.reload();
    await page.getByRole('heading', { name: 'Something went wrong' }).waitFor();
    await page.unroute('**/api/auth/refresh');

    await page.getByRole('button', { name: 'Try again' }).click();

    await page.getByRole('link', { name: /Ana Ruiz/ }).waitFor();
  });

  test('Without network it says offline and comes back by itself', async () => {
    const page = await open();

    await page.context().setOffline(true);
    await connectionSays(page, 'Offline');
    await page.context().setOffline(false);

    await connectionSays(page, 'Live');
  });

  test('A patient record changes while it is open and an older version never replaces a newer one', async () => {
    const page = await open('/patients/patient-1');
    await page.getByText('Penicillin').waitFor();

    const added = visits.clinic.store.put({
      resourceType: 'AllergyIntolerance',
      patient: { reference: 'Patient/patient-1' },
      clinicalStatus: { coding: [{ code: 'active' }] },
      code: { text: 'Latex' },
    });
    await page.getByText('Latex').waitFor();
    visits.clinic.store.put({ ...added, code: { text: 'Latex and rubber' } });
    await page.getByText('Latex and rubber').waitFor();
    visits.clinic.store.onWrite('updated', added);
    visits.clinic.store.put({ ...visits.clinic.store.get('Patient', 'patient-1')!, birthDate: '1942-01-11' });
    await page.getByText('Jan 11, 1942').waitFor();

    expect(await page.getByText('Latex and rubber').count()).toBe(1);
  });

  test('The slider of days back keeps focus and place while moments are loaded', async () => {
    const page = await open('/patients/patient-1');
    await page.getByText('Penicillin').waitFor();
    await page.getByRole('button', { name: 'As of…' }).click();
    const slider = page.getByRole('slider');
    await slider.focus();

    for (const days of ['1', '2', '3']) {
      await page.keyboard.press('ArrowRight');
      await expect.poll(() => slider.inputValue()).toBe(days);
      await page.getByText('Penicillin').waitFor();
    }

    expect(await slider.evaluate((one) => document.activeElement === one)).toBe(true);
  });

  test('A session that ended leads to sign-in with a reason and back to the same page', async () => {
    const page = await open('/patients/patient-1');
    await page.getByText('Penicillin').waitFor();

    visits.clinic.endSessions();

    await page.getByText('Your session has ended').waitFor();
    expect(page.url()).toContain('return=%2Fpatients%2Fpatient-1');
    await page.getByLabel('Email').fill('kim@clinic.example');
    await page.getByLabel('Password', { exact: true }).fill('a long enough password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Penicillin').waitFor();
    await connectionSays(page, 'Live');
  });

  test('A reload keeps the session, signing out ends it in every tab, and nothing stays in storage', async () => {
    const page = await open('/patients');
    const tab = await page.context().newPage();
    await tab.goto('/feed');
    await connectionSays(tab, 'Live');
    await page.reload();
    await connectionSays(page, 'Live');

    await page.getByRole('button', { name: /Account/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();

    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await tab.getByRole('heading', { name: 'Sign in' }).waitFor();
    const stored = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
    expect(stored).not.toMatch(/token|Ruiz|patient/i);
  });

  test('The feed writes events as sentences, filters by kind and can be paused', async () => {
    const page = await open('/feed');
    visits.clinic.publish('lab:critical_alert', { testName: 'Potassium', patientName: 'Ana Ruiz' }, 'patient-1');
    await page.getByRole('list').getByText('Critical lab result: Ana Ruiz, Potassium').waitFor();

    await page.getByRole('button', { name: 'Pause' }).click();
    visits.clinic.publish('appointment:cancelled', { patientName: 'Bo Li' }, 'patient-28');
    await page.getByRole('button', { name: 'Resume (1 waiting)' }).click();
    const list = page.getByRole('list', { name: 'Events' });
    await list.getByText('Appointment cancelled: Bo Li').waitFor();
    await page.getByRole('button', { name: 'Results' }).click();

    await list.getByText('Bo Li').waitFor({ state: 'detached' });
    expect(page.url()).toContain('kind=results');
  });

  test('The keyboard is enough: skip link, focus on the heading after moving, focus back after a dialog', async () => {
    const page = await open();
    await page.getByText('Farid Haddad').first().waitFor();

    await page.getByRole('link', { name: 'Patients' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: /Ana Ruiz/ }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Patients');

    await page.goto('/schedule');
    await page.getByText('Farid Haddad').first().waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');

    await page.getByRole('button', { name: 'Book appointment' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.waitForFunction(() => document.activeElement?.closest('[role=dialog]'));
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Book appointment');
  });

  test('A name that is searched for stays out of every address', async () => {
    const page = await open('/patients');
    const addresses: string[] = [];
    page.on('request', (request) => addresses.push(request.url()));

    await page.getByLabel('Find a patient by name').fill('Montgomery');

    await page.getByText('1 patient', { exact: true }).waitFor();
    expect([...addresses, page.url()].filter((address) => /montgomery/i.test(address))).toEqual([]);
  });

  test('When the server fails the page says so and can try again', async () => {
    const page = await open('/patients');
    await page.getByText('Ana Ruiz').waitFor();
    visits.clinic.failWith = 500;
    await page.getByRole('link', { name: 'Schedule' }).click();
    await page.getByText('The schedule could not be loaded').waitFor({ timeout: 15_000 });

    visits.clinic.failWith = null;
    await page.getByRole('button', { name: 'Try again' }).click();

    await page.getByText('Farid Haddad').first().waitFor();
  });
});
