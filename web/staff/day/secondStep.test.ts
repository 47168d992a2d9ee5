import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { inspectIn } from '../../browser/looks';
import { totpOf } from '../../browser/totp';
import { missing } from './clinic';
import { live, refusesOldSignIn, signOut, Visits } from './visits';

const looks = [
  { width: 1440, scheme: 'light', axe: true },
  { width: 320, scheme: 'dark', axe: true },
] as const;

describe.skipIf(missing)(`the second step of sign-in${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest('second-step');

  async function passwordOf(page: Page, name: string): Promise<void> {
    const { email, password } = visits.clinic.signInOf(name);
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  test('A code of the authenticator app, or else a recovery code, completes the sign-in; each is good once', async () => {
    const page = await visits.open('nurse', '/preferences/second-step');
    await page.getByText('Nothing yet.').waitFor();
    await page.getByRole('button', { name: 'Add an authenticator app' }).click();
    await page.getByRole('img', { name: 'Code to be scanned by an authenticator app' }).waitFor();
    const secret = ((await page.locator('code').textContent()) ?? '').replaceAll(' ', '');
    expect(await look(page, 'adding an app')).toEqual([]);
    await page.getByLabel('Code', { exact: true }).fill('000000');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('This is not right. Try again.').waitFor();
    await page.getByLabel('Code', { exact: true }).fill(totpOf(secret));
    await page.getByRole('button', { name: 'Confirm' }).click();
    const listed = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
    await listed.first().waitFor();
    const recoveryCodes = await listed.allTextContents();
    expect(recoveryCodes).toHaveLength(10);
    expect(await look(page, 'recovery codes')).toEqual([]);
    await page.getByRole('button', { name: 'I have written them down' }).click();
    await page.getByText('10 recovery codes are left.').waitFor();
    await signOut(page);
    await page.goto('/patients');
    await passwordOf(page, 'nurse');
    await page.getByRole('heading', { name: 'One more step' }).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('code');
    await page.getByText('I cannot use these').click();
    expect(await look(page, 'one more step')).toEqual([]);

    await page.getByLabel('Code', { exact: true }).fill(totpOf(secret, 1));
    await page.keyboard.press('Enter');
    await live(page);
    expect(new URL(page.url()).pathname).toBe('/patients');

    const other = await visits.page();
    for (const outcome of ['in', 'not right'] as const) {
      await other.goto('/');
      await passwordOf(other, 'nurse');
      await other.getByText('I cannot use these').click();
      await other.getByLabel('Recovery code').fill(recoveryCodes[0] ?? '');
      await other.getByRole('button', { name: 'Sign in with this code' }).click();
      if (outcome === 'not right') break;
      await live(other);
      await signOut(other);
    }
    await other.getByText('This is not right.').waitFor();
    await other.getByRole('button', { name: 'Start again' }).click();
    await other.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  test('A passkey completes the sign-in and confirms a change that needs a fresh one; closing its window says so', async () => {
    const page = await visits.open('admin', '/preferences/second-step');
    const tools = await page.context().newCDPSession(page);
    await tools.send('WebAuthn.enable');
    const options = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true } as const;
    const { authenticatorId } = await tools.send('WebAuthn.addVirtualAuthenticator', {
      options: { ...options, isUserVerified: true, automaticPresenceSimulation: true },
    });
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByRole('button', { name: 'I have written them down' }).click();
    await page.getByRole('list', { name: 'Second step of sign-in' }).getByText('Passkey').waitFor();
    await signOut(page);
    await passwordOf(page, 'admin');
    await tools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await page.getByRole('button', { name: 'Use my passkey' }).click();
    await page.getByText('No passkey was shown.').waitFor();
    await tools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
    await page.getByRole('button', { name: 'Use my passkey' }).click();
    await live(page);

    await page.goto('/preferences/second-step');
    await page.route('**/api/auth/factors/*', refusesOldSignIn, { times: 1 });
    await page.getByRole('button', { name: 'Remove Passkey…' }).click();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    const proof = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await proof.getByRole('button', { name: 'Use my passkey' }).waitFor();
    expect(await look(page, 'confirm')).toEqual([]);
    expect(await proof.getByLabel('Your password').count()).toBe(0);
    await proof.getByRole('button', { name: 'Use my passkey' }).click();

    await page.getByText('Nothing yet.').waitFor();
  });
});

function look(page: Page, name: string): Promise<string[]> {
  return inspectIn(looks, page, `second-step_${name}`, () => page.locator('h1').waitFor());
}
