import { describe, expect, test } from 'vitest';
import { missing } from './chromium';
import { ClinicVisits, connectionSays } from './clinicVisits';

describe.skipIf(missing)(`the app interrupted${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = ClinicVisits.forEachTest();
  const { open } = visits;
  const statusOf = (id: string): unknown => visits.clinic.store.get('Appointment', id)?.['status'];

  test('A chart whose own line is blocked is not called live, says so itself, and shows what is new all the same', async () => {
    const page = await open('/patients/patient-1');
    await page.getByText('Penicillin').waitFor();

    visits.clinic.blockResourceSockets(true);
    await connectionSays(page, 'Updates delayed');
    await page.getByRole('status', { name: 'Freshness of this chart' }).waitFor();
    visits.clinic.store.put({
      resourceType: 'AllergyIntolerance',
      patient: { reference: 'Patient/patient-1' },
      clinicalStatus: { coding: [{ code: 'active' }] },
      code: { text: 'Latex' },
    });
    await page.getByText('Latex').waitFor({ timeout: 25_000 });
    expect(await page.getByRole('status', { name: 'Connection' }).textContent()).toBe('Updates delayed');

    visits.clinic.blockResourceSockets(false);
    await connectionSays(page, 'Live');
    await page.getByRole('status', { name: 'Freshness of this chart' }).waitFor({ state: 'detached' });
  });

  test('A chart that is opened while its line is blocked is loaded, and never called live', async () => {
    visits.clinic.blockResourceSockets(true);
    const page = await open('/feed');
    await page.goto('/patients/patient-1');
    await page.getByText('Penicillin').waitFor();

    await page.getByRole('status', { name: 'Freshness of this chart' }).waitFor();
    await connectionSays(page, 'Updates delayed');
  });

  test('Offline a click is answered at once, and nothing of it fires later', async () => {
    const page = await open();
    await page.getByRole('button', { name: /10:35 AM.*Farid Haddad.*Booked/ }).click();
    await page.context().setOffline(true);
    await page.getByText('You are offline since').waitFor();

    await page.getByRole('button', { name: 'Check in' }).click();
    await page.getByRole('alert').getByText('You are offline. Nothing was sent.').waitFor();
    await page.getByText('Not checked in').waitFor();
    await page.keyboard.press('Escape');
    await page.context().setOffline(false);
    await connectionSays(page, 'Live');

    await page.getByText('You are offline since').waitFor({ state: 'detached' });
    await page.reload();
    await page.getByRole('button', { name: /10:35 AM.*Farid Haddad.*Booked/ }).waitFor();
    expect(statusOf('appointment-6')).toBe('booked');
  });

  test('What was typed into a booking is there after Escape and after a session that ended, for the same person alone', async () => {
    const page = await open();
    const reason = page.getByLabel('Reason');
    const signIn = async (email: string) => {
      await page.getByText('Your session has ended').waitFor();
      await page.getByLabel('Email').fill(email);
      await page.getByLabel('Password', { exact: true }).fill('a long enough password');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await connectionSays(page, 'Live');
    };
    await page.getByRole('button', { name: 'Book appointment' }).click();
    await reason.fill('Cough since Monday');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Book appointment' }).click();
    expect(await reason.inputValue()).toBe('Cough since Monday');

    visits.clinic.endSessions();
    await signIn('kim@clinic.example');
    await page.getByText('What you typed before is still here').waitFor();
    expect(await reason.inputValue()).toBe('Cough since Monday');

    visits.clinic.endSessions();
    await signIn('grace@clinic.example');
    if ((await page.getByRole('dialog').count()) === 0) await page.getByRole('button', { name: 'Book appointment' }).click();
    await reason.waitFor();
    expect(await reason.inputValue()).toBe('');
    expect(await page.getByText('Cough since Monday').count()).toBe(0);
  });

  test('An appointment that is moved to another day under a form stays open, says where it is, and keeps what was typed', async () => {
    const page = await open();
    await page.getByRole('button', { name: /10:35 AM.*Farid Haddad.*Booked/ }).click();
    await page.getByRole('button', { name: 'Move…' }).click();
    await page.getByLabel('New start').fill('16:20');
    const appointment = visits.clinic.store.get('Appointment', 'appointment-6')!;

    visits.clinic.store.put({ ...appointment, start: aDayLater(appointment['start']), end: aDayLater(appointment['end']) });

    await page.getByText(/It was moved away from this page: it is on/).waitFor();
    expect(await page.getByLabel('New start').inputValue()).toBe('16:20');
    await page.getByRole('button', { name: 'Move', exact: true }).waitFor();
  });

  test('A day that was not loaded before says so offline, and appears when the network is back', async () => {
    const page = await open();
    await page.getByText('Farid Haddad').first().waitFor();
    await page.context().setOffline(true);
    await connectionSays(page, 'Offline');

    await page.getByRole('button', { name: 'Next day' }).click();
    await page.getByText('this was not loaded on this device yet').waitFor();
    await page.context().setOffline(false);

    await page.getByText('No appointments on').waitFor();
  });

  test('What fails after its dialog was closed is told on top of the page, with whom it was about', async () => {
    const page = await open();
    await page.getByRole('button', { name: /10:35 AM.*Farid Haddad.*Booked/ }).click();
    let close!: () => void;
    const closed = new Promise<void>((resolve) => (close = resolve));
    await page.route('**/fhir/Appointment/appointment-6', async (route) => {
      if (route.request().method() !== 'PUT') return route.continue();
      await closed;
      return route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"title":"Object reference not set"}' });
    });

    await page.getByRole('button', { name: 'Check in' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    close();

    const told = page.getByRole('alert').filter({ hasText: 'checked in: Farid Haddad' });
    await told.waitFor();
    expect(await told.textContent()).not.toContain('Object reference');
    await told.getByRole('button', { name: 'Got it' }).click();
    await told.waitFor({ state: 'detached' });
  });

  test('While the server is away every page still opens, and a banner says what is the matter', async () => {
    const page = await open();
    await page.getByText('Farid Haddad').first().waitFor();
    await page.waitForLoadState('networkidle');

    await visits.clinic.goAway();
    await page.getByText('The server cannot be reached since').waitFor({ timeout: 60_000 });
    await page.getByRole('link', { name: 'Patients' }).click();
    await page.getByRole('heading', { name: 'Patients' }).waitFor();
    expect(await page.getByText('Something went wrong').count()).toBe(0);
    await visits.clinic.comeBack();
    await page.getByRole('button', { name: 'Try now' }).click();

    await page.getByRole('link', { name: /Ana Ruiz/ }).waitFor();
    await connectionSays(page, 'Live');
  });

  test('A page whose files are gone since an upgrade loads the new version by itself, and only once', async () => {
    const page = await open('/feed');
    await connectionSays(page, 'Live');
    let upgraded = true;
    await page.route(/\/assets\/PatientListPage-.*/, (route) => (upgraded ? route.fulfill({ status: 404 }) : route.continue()));
    await page.route('**/index.html', async (route) => {
      const answer = await route.fetch();
      const body = (await answer.text()).replace(/assets\/index-[^."]+\.js/, 'assets/index-newer.js');
      return route.fulfill({ response: answer, body });
    });
    await page.reload();
    await connectionSays(page, 'Live');
    let loads = 0;
    page.on('load', () => (loads += 1));

    await page.getByRole('link', { name: 'Patients' }).click();
    await page.getByRole('heading', { name: 'This page is not loaded yet' }).waitFor();
    expect(loads).toBe(1);
    upgraded = false;
    await page.getByRole('button', { name: 'Try again' }).click();

    await page.getByRole('link', { name: /Ana Ruiz/ }).waitFor();
  });

  test('After an upgrade the open page goes on, says that a new version is ready, and the next page loads it', async () => {
    const page = await open('/feed');
    await page.route('**/index.html', async (route) => {
      const answer = await route.fetch();
      return route.fulfill({ response: answer, body: (await answer.text()).replace(/assets\/index-[^."]+\.js/, 'assets/index-newer.js') });
    });
    visits.clinic.dropConnections();
    await page.getByText('A new version of Vagus is ready').waitFor();
    let loads = 0;
    page.on('load', () => (loads += 1));

    await page.getByRole('link', { name: 'Patients' }).click();
    await page.getByRole('link', { name: /Ana Ruiz/ }).waitFor();

    expect(loads).toBe(1);
    expect(page.url()).toMatch(/\/patients$/);
  });

  test('What is not open to the role is neither offered nor asked for', async () => {
    visits.clinic.permissions = { Patient: ['read'], Observation: ['read'], Practitioner: ['read'] };
    const page = await open('/patients');
    await page.getByRole('link', { name: /Ana Ruiz/ }).click();
    await page.getByRole('link', { name: 'Results' }).click();
    await page.getByText('Critical high').waitFor();
    await page.goto('/schedule');
    await page.getByText('This page is not open to your role').waitFor();

    const places = page.getByRole('navigation', { name: 'Main' }).getByRole('link');
    await expect.poll(() => places.allTextContents()).toEqual(['Inbox1 unread', 'Patients', 'Live feed']);
    expect(await page.getByRole('button', { name: 'Book appointment' }).count()).toBe(0);
    expect(visits.clinic.refused).toEqual([]);
  });
});

function aDayLater(instant: unknown): string {
  return new Date(Date.parse(String(instant)) + 86_400_000).toISOString();
}
