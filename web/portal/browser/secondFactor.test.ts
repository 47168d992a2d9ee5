import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { inspect } from '../../browser/inspect';
import { missing } from './server';
import { totpOf } from '../../browser/totp';
import { Visits } from './visits';

describe.skipIf(missing)(`the second factor${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest('second-factor');

  async function passwordOf(page: Page, name: string): Promise<void> {
    const { email, password } = visits.clinic.signInOf(name);
    await page.getByLabel('Email', { exact: true }).fill(email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  test('A code of the authenticator app, or else a recovery code, completes the sign-in; each is good once', async () => {
    const page = await visits.open('bo', '/portal/more/second-step', { width: 320 });
    await page.getByText('Nothing yet.').waitFor();
    await page.getByRole('button', { name: 'Add an authenticator app' }).click();
    const secret = ((await page.locator('code').textContent()) ?? '').replaceAll(' ', '');
    expect(await inspect(page, 'adding an app')).toEqual([]);
    await page.getByLabel('Code', { exact: true }).fill(totpOf(secret));
    await page.getByRole('button', { name: 'Confirm' }).click();
    const written = page.getByRole('button', { name: 'I have written them down' });
    await written.waitFor();
    const recoveryCodes = await page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem').allTextContents();
    expect(recoveryCodes).toHaveLength(10);
    expect(await inspect(page, 'recovery codes')).toEqual([]);
    await written.click();
    await page.getByRole('list', { name: 'Second step of sign-in' }).getByText('Authenticator app').waitFor();
    await signOut(page);
    await page.goto('/portal/results');
    await passwordOf(page, 'bo');
    await page.getByRole('heading', { name: 'One more step' }).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('code');
    expect(await inspect(page, 'second factor')).toEqual([]);

    await page.getByLabel('Code', { exact: true }).fill('000 000');
    await page.keyboard.press('Enter');
    await page.getByText('This is not right. Try again.').waitFor();
    await page.getByLabel('Code', { exact: true }).fill(totpOf(secret, 1));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Results' }).waitFor();

    const other = await visits.page({ scheme: 'dark' });
    await other.goto('/portal');
    for (const outcome of ['in', 'not right'] as const) {
      await passwordOf(other, 'bo');
      await other.getByText('I cannot use these').click();
      expect(await inspect(other, 'recovery code')).toEqual([]);
      await other.getByLabel('Recovery code').fill(recoveryCodes[0] ?? '');
      await other.getByRole('button', { name: 'Sign in with this code' }).click();
      await (outcome === 'in' ? other.getByRole('status').getByText('Up to date') : other.getByText('This is not right.')).waitFor();
      if (outcome === 'not right') break;
      await signOut(other);
    }
    await other.getByRole('button', { name: 'Start again' }).click();
    await other.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  test('A passkey completes the sign-in, and closing its window says so', async () => {
    const page = await visits.open('ana', '/portal/more/second-step');
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

    await tools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await passwordOf(page, 'ana');
    await page.getByRole('button', { name: 'Use my passkey' }).click();
    await page.getByText('No passkey was shown.').waitFor();
    await tools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
    await page.getByRole('button', { name: 'Use my passkey' }).click();

    await page.getByRole('status').getByText('Up to date').waitFor();
    await page.getByRole('navigation').getByRole('link', { name: 'More' }).click();
    await page.getByRole('link', { name: 'Second step of sign-in' }).click();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('Nothing yet.').waitFor();
  });
});

async function signOut(page: Page): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: 'More' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
}
