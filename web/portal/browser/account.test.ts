import { describe, expect, test } from 'vitest';
import { missing } from './server';
import { Visits } from './visits';

describe.skipIf(missing)(`the account${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest('account');

  test('An invited patient opens the account by the link and is signed in; the token is in no address any more', async () => {
    const body = { email: 'cho@home.example', deliver: 'code' };
    const { code } = await visits.provider.ask<{ code: string }>('POST', '/api/patients/cho/portal-invitation', body);
    const page = await visits.page();
    await page.goto(`/portal/activate#token=${code}`);
    await page.getByLabel('Your birth date').fill('1970-01-03');
    await page.getByLabel('Choose a password').fill('violet harbor umbrella seven');
    expect(page.url()).not.toContain(code);
    await page.getByRole('button', { name: 'Open my account' }).click();
    await page.getByText('The account is not open yet.').waitFor();

    await page.getByLabel('Your birth date').fill('1970-01-02');
    await page.getByRole('button', { name: 'Open my account' }).click();

    await page.getByRole('heading', { name: 'Messages' }).waitFor();
    await page.getByText('Harbor Clinic').waitFor();
  });

  test('A wrong password says so', async () => {
    const page = await visits.page();
    await page.goto('/portal');
    await page.getByLabel('Email', { exact: true }).fill(visits.clinic.signInOf('ana').email);
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();

    await page.getByText('The email or the password is not right.').waitFor();
  });

  test('A visit without a session leaves the note of a session of staff in the same browser alone', async () => {
    const page = await visits.page();
    await page.goto('/portal');
    await page.evaluate(() => localStorage.setItem('vagus.session', '1'));
    await page.reload();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();

    expect(await page.evaluate(() => localStorage.getItem('vagus.session'))).toBe('1');
    expect(visits.said.filter((line) => line.includes('401'))).toEqual([]);
  });

  test('A forgotten password is answered the same for every address', async () => {
    const page = await visits.page();
    await page.goto('/portal/sign-in');
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.getByLabel('Email', { exact: true }).fill('nobody@home.example');
    await page.getByRole('button', { name: 'Send me a link' }).click();

    await page.getByText(/a mail with a link is on its way/).waitFor();
  });

  test('A link that does not hold any more says what to do', async () => {
    const page = await visits.page();
    await page.goto('/portal/reset-password#token=of-yesterday');
    await page.getByLabel('New password').fill('violet harbor umbrella seven');
    await page.getByRole('button', { name: 'Save the new password' }).click();

    await page.getByText(/does not hold any more/).waitFor();
    expect(await page.getByRole('link', { name: 'Ask for a new link' }).getAttribute('href')).toBe('/portal/forgot-password');
  });

  test('The language is chosen once, for the portal and for notices', async () => {
    const page = await visits.open('bo', '/portal/more/preferences');
    await page.getByRole('radio', { name: 'Español' }).check();
    await page.getByRole('checkbox', { name: 'Not at night' }).check();
    await page.getByRole('button', { name: 'Save' }).click();

    await page.getByText('Guardado.').waitFor();
    await page.getByRole('heading', { name: 'Preferencias' }).waitFor();
    expect(await page.getAttribute('html', 'lang')).toBe('es');
    const other = await visits.open('bo', '/portal/more/preferences');
    await other.getByRole('heading', { name: 'Preferencias' }).waitFor();
    expect(await other.getByRole('checkbox', { name: 'No por la noche' }).isChecked()).toBe(true);
    await other.getByRole('radio', { name: 'English' }).check();
    await other.getByRole('button', { name: 'Guardar' }).click();
    await other.getByText('Saved.').waitFor();
  });

  test('Devices are listed, and another one is signed out', async () => {
    const phone = await visits.open('bo');
    const page = await visits.open('bo', '/portal/more/devices');
    await page.getByText('This device').waitFor();
    while ((await page.getByRole('button', { name: /^Sign out/ }).count()) > 0) {
      const before = await page.getByRole('button', { name: /^Sign out/ }).count();
      await page.getByRole('button', { name: /^Sign out/ }).first().click();
      await expect.poll(() => page.getByRole('button', { name: /^Sign out/ }).count()).toBeLessThan(before);
    }

    await phone.getByText('Your session has ended.').waitFor();
  });

  test('Another password signs the person out on every other device, and is the one to sign in with', async () => {
    const next = 'violet harbor umbrella seven';
    const { email, password } = visits.clinic.signInOf('ana');
    const phone = await visits.open('ana');
    const page = await visits.open('ana', '/portal/more/devices', { width: 320 });
    await page.getByRole('link', { name: 'Change the password' }).click();
    await page.getByLabel('Current password').fill('not the password at all');
    await page.getByLabel('New password').fill('short');
    await page.getByRole('button', { name: 'Change the password' }).click();
    await page.getByText('This password is too short.').waitFor();
    await page.getByLabel('New password').fill(next);
    await page.getByRole('button', { name: 'Change the password' }).click();
    await page.getByText('This is not the password that you sign in with now.').waitFor();
    await expect.poll(() => page.getByLabel('Current password').evaluate((field) => field === document.activeElement)).toBe(true);
    await page.getByLabel('Current password').fill(password);
    // The sign-in is some minutes old: without a second step the password shows who it is.
    const body = JSON.stringify({ code: 'fresh_sign_in_required', title: 'No' });
    const refusal = { status: 401, contentType: 'application/problem+json', body };
    await page.route('**/patient-portal/auth/password', (route) => route.fulfill(refusal), { times: 1 });
    await page.keyboard.press('Enter');

    await page.getByText('Your password is changed.').waitFor();
    await phone.getByText('Your session has ended.').waitFor();
    for (const [typed, outcome] of [[password, 'The email or the password is not right.'], [next, 'Up to date']] as const) {
      await phone.getByLabel('Email', { exact: true }).fill(email);
      await phone.getByLabel('Password', { exact: true }).fill(typed);
      await phone.getByRole('button', { name: 'Sign in', exact: true }).click();
      await phone.getByText(outcome).first().waitFor();
    }
    await page.reload();
    await page.getByRole('status').getByText('Up to date').waitFor();
  });

  test('Without connected applications the page says so', async () => {
    const page = await visits.open('bo', '/portal/more/apps');

    await page.getByText('No app is connected to your record.').waitFor();
  });
});
