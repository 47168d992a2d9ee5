import { describe, expect, test } from 'vitest';
import { inspect } from '../../browser/inspect';
import { inspectIn } from '../../browser/looks';
import { clinicDay, missing, writeOrder, writePanel, zone } from './clinic';
import { refusesOldSignIn, tabTo, Visits } from './visits';

/** What is open to everybody, in the looks in which pages are judged. */
const doorLooks = [
  { width: 1440, scheme: 'light', axe: true },
  { width: 768, scheme: 'dark', axe: true },
  { width: 320, scheme: 'dark' },
] as const;

describe.skipIf(missing)(`administration, billing and alerts${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest('administration');

  test('Who opened whose record stands in the audit, and the browser follows the proof of the entry to the signed root', async () => {
    const page = await visits.open('admin', '/audit?patient=ana');
    const entries = page.getByRole('list', { name: 'Entries of the audit' });
    await entries.getByRole('link', { name: /Ana Ruiz/ }).first().waitFor();
    await page.getByRole('status', { name: 'Verification' }).getByText(/entries are held by a signed checkpoint/).waitFor();
    await entries.getByRole('link').last().click();

    await page.getByRole('button', { name: 'Verify this entry' }).click();

    await page.getByText(/^Proved: the hash of this entry leads to the root/).waitFor();
    await page.getByRole('button', { name: 'Save the proof' }).waitFor();
  });

  test('A colleague is invited, and a proof of the person is asked for where the sign-in is old', async () => {
    const page = await visits.open('admin', '/settings');
    await page.getByRole('button', { name: 'Invite a colleague' }).click();
    await page.getByLabel('Name').fill('Iris Lang');
    await page.getByLabel('Email').fill('iris@harbor.example');
    await page.route('**/api/admin/users', refusesOldSignIn, { times: 1 });
    await page.getByRole('button', { name: 'Send the invitation' }).click();
    const proof = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await proof.getByLabel('Your password').fill(visits.clinic.signInOf('admin').password);
    await proof.getByRole('button', { name: 'Confirm' }).click();

    await page.getByRole('row', { name: /Iris Lang/ }).waitFor();
  });

  test('Who is invited chooses a password by the code or the link, and signs in with it; the link is in the address no more', async () => {
    const invited = { email: 'lee@staff-administration.example', displayName: 'Lee Sand', role: 'nurse', deliver: 'code' };
    const { code } = await visits.caller('admin').ask<{ code: string }>('POST', '/api/admin/users', invited);
    const page = await visits.page();
    await page.goto(`/reset-password#token=${code}`);
    await page.getByLabel('New password', { exact: true }).fill('too short');
    expect(page.url()).not.toContain('#');
    await page.getByRole('button', { name: 'Save the password' }).click();
    await page.getByText('This password is too short.').waitFor();
    expect(await inspectIn(doorLooks, page, 'choose-password', (shown) => shown.locator('h1').waitFor())).toEqual([]);
    await page.getByLabel('New password', { exact: true }).fill('a lighthouse in the harbor');
    await page.getByRole('button', { name: 'Save the password' }).click();
    await page.getByText('Your password is saved.').waitFor();

    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByLabel('Email').fill(invited.email);
    await page.getByLabel('Password', { exact: true }).fill('a lighthouse in the harbor');
    await page.getByRole('button', { name: 'Sign in' }).click();

    await page.getByRole('button', { name: 'Account: Lee Sand' }).waitFor();
    const again = await visits.page();
    await again.goto('/reset-password');
    await again.getByLabel('Code').fill(code);
    await again.getByLabel('New password', { exact: true }).fill('another lighthouse in the harbor');
    await again.getByRole('button', { name: 'Save the password' }).click();
    await again.getByText('This link or code does not hold any more.').waitFor();
    expect(await again.getByRole('link', { name: 'Ask for a new link' }).getAttribute('href')).toBe('/forgot-password');
  });

  test('A forgotten password is answered the same for every address', async () => {
    const page = await visits.page();
    await page.goto('/sign-in');
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    expect(await inspectIn(doorLooks, page, 'forgotten-password', (shown) => shown.locator('h1').waitFor())).toEqual([]);
    await page.getByLabel('Email').fill('nobody@staff-administration.example');
    await page.getByRole('button', { name: 'Send me a link' }).click();

    await page.getByText('If somebody signs in with this address, a mail with a link is on its way.').waitFor();
  });

  test('An application is registered and a service account is added; each secret is shown once', async () => {
    const page = await visits.open('admin', '/settings?section=apps');
    await page.getByRole('button', { name: 'Register an application' }).click();
    await page.getByRole('button', { name: 'Register', exact: true }).click();
    await page.getByText('Write the name that people see').waitFor();
    await page.getByText('Write where people come back to').waitFor();
    await page.getByLabel('Name').fill('Growth charts');
    await page.getByLabel('Addresses to come back to').fill('https://growth.example/callback');
    await page.getByRole('button', { name: 'Register', exact: true }).click();
    await page.getByText('Client ID', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('row', { name: /Growth charts/ }).waitFor();

    await page.getByRole('link', { name: 'Service accounts' }).click();
    await page.getByRole('button', { name: 'Add a service account' }).click();
    await page.getByLabel('Name of the program').fill('Lab bridge');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('It is not shown again.').waitFor();
    const [clientId, secret] = await page.getByRole('dialog').locator('code').allTextContents();
    expect([clientId, secret].map((one) => (one ?? '').length > 8)).toEqual([true, true]);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('row', { name: /Lab bridge/ }).getByRole('button', { name: 'Secrets…' }).click();
    await page.getByRole('list', { name: 'Secrets' }).getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('There is no secret: the program cannot sign in.').waitFor();
  });

  test('Limits are approved, a response is added, hours are saved', async () => {
    const page = await visits.open('admin', '/settings?section=limits');
    await page.getByRole('button', { name: 'Approve these limits…' }).click();
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByRole('status').getByText(/^Approved/).waitFor();

    await page.getByRole('link', { name: 'Canned responses' }).click();
    await page.getByRole('button', { name: 'Add a response' }).click();
    await page.getByLabel('Title').fill('Fasting');
    await page.getByLabel('Text').fill('Please come fasting, {{patient.firstName}}.');
    await page.getByRole('button', { name: 'Save the response' }).click();
    await page.getByRole('list', { name: 'Canned responses' }).getByText('Please come fasting').waitFor();

    await page.getByRole('link', { name: 'Business calendar' }).click();
    await page.getByLabel('Monday').fill('8-12');
    await page.getByText('Write stretches like 08:00-12:00, 13:00-17:00').waitFor();
    await page.getByLabel('Monday').fill('08:00-12:00, 13:00-17:00');
    await page.getByRole('button', { name: 'Save the calendar' }).click();
    await expect
      .poll(() => visits.caller('admin').ask('GET', '/api/admin/settings/messaging'))
      .toMatchObject({ calendar: { week: { monday: ['08:00-12:00', '13:00-17:00'] } } });
  });

  test('Billing begins with what was denied; the answer of an insurer is recorded, and a colleague sees it', async () => {
    const page = await visits.open('billing', '/');
    const other = await visits.open('admin', '/billing');
    await page.getByRole('list', { name: 'Claims: Denied' }).getByRole('link', { name: /Ana Ruiz/ }).click();
    await page.getByRole('combobox', { name: "The insurer's answer" }).click();
    await page.getByRole('option', { name: 'Pays a part' }).click();
    await page.getByLabel('Amount that the insurer pays').fill('200');
    await page.getByRole('button', { name: 'Record the answer' }).click();
    await page.getByText('More than nothing and less than the total').waitFor();
    await page.getByLabel('Amount that the insurer pays').fill('120');
    await page.getByRole('button', { name: 'Record the answer' }).click();

    await page.getByText('Partly paid').last().waitFor();
    await other.getByText('No claim is denied.').waitFor();
  });

  test('A prior authorization appears by itself, its denial needs a reason, and the approval bears its number', async () => {
    const page = await visits.open('billing', '/billing');
    await page.getByRole('link', { name: 'Prior authorizations' }).click();
    await page.getByText('No prior authorization was asked for.').waitFor();
    await visits.caller('billing').ask('POST', '/api/prior-auths', {
      patientId: 'kenji', providerId: 'okafor', service: 'MRI of the knee', payer: 'Northern Mutual',
    });
    await page.getByRole('list', { name: 'Prior authorizations' }).getByRole('link', { name: /Kenji Chen.*MRI of the knee/ }).click();
    const choose = async (what: string) => {
      await page.getByRole('combobox', { name: 'What became of it' }).click();
      await page.getByRole('option', { name: what }).click();
    };
    await choose('Denied');
    await page.getByRole('button', { name: 'Record the answer' }).click();
    await page.getByText('Write why: the provider who asked is told.').waitFor();
    await page.getByLabel('Reason').fill('Physiotherapy first');
    await page.getByRole('button', { name: 'Record the answer' }).click();
    await page.getByRole('definition').getByText('Physiotherapy first').waitFor();

    await choose('Approved');
    await page.getByLabel("The insurer's number").fill('PA-77');
    await page.getByRole('button', { name: 'Record the answer' }).click();

    await page.getByRole('definition').getByText('PA-77').waitFor();
    expect(await inspect(page, 'a prior authorization')).toEqual([]);
  });

  test('A turn on call is added and taken out; a nurse reads the week and says when it is away', async () => {
    const page = await visits.open('admin', '/alerts/on-call');
    await page.getByRole('button', { name: 'Add a turn' }).click();
    await page.getByRole('combobox', { name: 'Who', exact: true }).fill('Maya');
    await page.getByRole('option', { name: /Maya Okafor/ }).click();
    await page.getByRole('button', { name: 'Add the turn' }).click();
    await page.getByRole('region', { name: 'On-call week' }).getByText('Maya Okafor').first().waitFor();

    const nurse = await visits.open('nurse', '/alerts/on-call');
    await nurse.getByRole('region', { name: 'On-call week' }).getByText('Maya Okafor').first().waitFor();
    expect(await nurse.getByRole('button', { name: 'Add a turn' }).count()).toBe(0);
    await nurse.getByRole('button', { name: 'Save my absence' }).click();
    await nurse.getByRole('button', { name: 'I am not away' }).waitFor();
    await page.getByRole('button', { name: /^Take out Maya Okafor/ }).first().click();
    await page.getByRole('button', { name: 'Take out', exact: true }).click();
    await expect.poll(() => page.getByRole('region', { name: 'On-call week' }).getByText('Maya Okafor').count()).toBe(0);
  });

  test('A critical value is acknowledged by the keyboard alone, and its way so far is told', async () => {
    const page = await visits.open('provider', '/schedule');
    await writeOrder(visits.caller('records'), 'order-critical', 'kenji');
    await writePanel(visits.caller('records'), 'critical', 'kenji', 'order-critical', 6.9, 'HH');
    const bar = page.getByRole('region', { name: 'Critical alerts' });
    await bar.getByRole('button', { name: 'Acknowledge…' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Critical alert' }).getByText('What happened so far').waitFor();
    const readBack = page.getByLabel('Read back the value');
    if ((await readBack.count()) > 0) await readBack.fill('6.9');
    await tabTo(page, /^Acknowledge( and take over)?$/);
    await page.keyboard.press('Enter');

    await page.getByText(/you acknowledged it/).waitFor();
  });

  test('Who looks at a clinic in another zone sees the clinic’s times, and is told so on every page', async () => {
    await setZone(visits, 'Europe/Zurich');
    try {
      const page = await visits.open('desk', `/schedule?date=${clinicDay()}`);

      await page.getByText(/^Times are those of Zurich\. Your clock is [56] h behind\.$/).waitFor();
      await page.getByRole('button', { name: /[23]:00 PM Ana Ruiz/ }).waitFor();
      expect(await inspect(page, 'the schedule of another zone')).toEqual([]);
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Patients' }).click();
      await page.getByText(/^Times are those of Zurich/).waitFor();
    } finally {
      await setZone(visits, zone);
    }
  });
});

function setZone(visits: Visits, name: string): Promise<unknown> {
  return visits.caller('admin').ask('PUT', '/api/admin/settings/time-zone', name);
}
