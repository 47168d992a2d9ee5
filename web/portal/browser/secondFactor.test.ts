import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { inspect } from '../../browser/inspect';
import { Caller } from './caller';
import { missing } from './server';
import { totpOf } from './totp';
import { Visits } from './visits';

const auth = '/api/patient-portal/auth';

interface Offer {
  readonly id: string;
  readonly secret: string;
}

describe.skipIf(missing)(`the second factor${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest();

  /** As a patient's own app does it. */
  async function enrolApp(name: string): Promise<Offer & { readonly recoveryCodes: readonly string[] }> {
    const patient = new Caller(visits.server, name, auth);
    const offer = await patient.ask<Offer>('POST', `${auth}/factors/totp`, { name: 'Phone' });
    const path = `${auth}/factors/totp/${offer.id}/confirmation`;
    return { ...offer, ...(await patient.ask<{ recoveryCodes: string[] }>('POST', path, { code: totpOf(offer.secret) })) };
  }

  async function passwordOf(page: Page, name: string): Promise<void> {
    const { email, password } = visits.server.signInOf(name);
    await page.getByLabel('Email', { exact: true }).fill(email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  test('A code of the authenticator app, or else a recovery code, completes the sign-in; each is good once', async () => {
    const { secret, recoveryCodes } = await enrolApp('bo');
    const page = await visits.page({ width: 320 });
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
      await other.getByRole('navigation').getByRole('link', { name: 'More' }).click();
      await other.getByRole('button', { name: 'Sign out' }).click();
    }
    await other.getByRole('button', { name: 'Start again' }).click();
    await other.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  test('A passkey completes the sign-in, and closing its window says so', async () => {
    const page = await visits.open('ana');
    const tools = await page.context().newCDPSession(page);
    await tools.send('WebAuthn.enable');
    const options = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true } as const;
    const { authenticatorId } = await tools.send('WebAuthn.addVirtualAuthenticator', {
      options: { ...options, isUserVerified: true, automaticPresenceSimulation: true },
    });
    const token = await new Caller(visits.server, 'ana', auth).token();
    await page.evaluate(registerPasskey, { auth, token });
    await page.getByRole('navigation').getByRole('link', { name: 'More' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();

    await tools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await passwordOf(page, 'ana');
    await page.getByRole('button', { name: 'Use my passkey' }).click();
    await page.getByText('No passkey was shown.').waitFor();
    await tools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
    await page.getByRole('button', { name: 'Use my passkey' }).click();

    await page.getByRole('status').getByText('Up to date').waitFor();
  });
});

async function registerPasskey({ auth: path, token }: { auth: string; token: string }): Promise<void> {
  const post = async (address: string, body: object) => {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const response = await fetch(path + address, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${address}: ${response.status}`);
    return (await response.json()) as { challenge: string; options: PublicKeyCredentialCreationOptionsJSON };
  };
  const { challenge, options } = await post('/factors/passkeys/options', {});
  const made = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  await post('/factors/passkeys', { challenge, name: 'Key', passkey: (made as PublicKeyCredential).toJSON() as object });
}
