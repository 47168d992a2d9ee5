import { describe, expect, test } from 'vitest';
import { inspectIn } from '../../browser/looks';
import { missing } from './clinic';
import { live, refusesOldSignIn, signOut, tabTo, Visits } from './visits';

const looks = [
  { width: 1440, scheme: 'light', axe: true },
  { width: 768, scheme: 'dark', axe: true },
  { width: 320, scheme: 'dark', axe: true },
] as const;
const next = 'violet harbor umbrella seven';

describe.skipIf(missing)(`the own password${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest('password');

  test('Another one signs the person out on every other device, and is the one to sign in with', async () => {
    const { email, password } = visits.clinic.signInOf('desk');
    const elsewhere = await visits.open('desk', '/schedule');
    const page = await visits.open('desk', '/preferences');
    const card = page.getByRole('form', { name: 'Password' });
    await card.getByLabel('Current password').first().fill('not the password at all');
    await card.getByLabel('New password').first().fill('short');
    await page.keyboard.press('Enter');
    await card.getByText('Take at least 15 characters.').waitFor();
    await card.getByLabel('New password').first().fill(next);
    await page.keyboard.press('Enter');
    await card.getByText('This is not the password that you sign in with now.').waitFor();
    expect(await inspectIn(looks, page, 'a password that is not right', () => card.waitFor())).toEqual([]);
    // Without a mouse, and as the server answers some minutes after a sign-in: without a second step the password shows who it is.
    await page.route('**/api/auth/password', refusesOldSignIn, { times: 1 });
    await card.getByLabel('Current password').first().fill(password);
    await tabTo(page, 'Change the password');
    await page.keyboard.press('Enter');

    await card.getByText('Changed. Every other device is signed out.').waitFor();
    await elsewhere.getByText(/session has ended/i).waitFor();
    await signOut(page);
    for (const [typed, outcome] of [[password, 'The email or the password is not right.'], [next, null]] as const) {
      await page.getByLabel('Email').fill(email);
      await page.getByLabel('Password', { exact: true }).fill(typed);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await (outcome === null ? live(page) : page.getByText(outcome).waitFor());
    }
  });

  test('Who has a second step shows it before the password is changed', async () => {
    const page = await visits.open('nurse', '/preferences');
    const factor = { id: 'f-1', kind: 'totp', name: 'App', createdAt: '2026-01-01T00:00:00Z', lastUsedAt: null };
    const factors = { items: [factor], recoveryCodesLeft: 8, demanded: false, resetAt: null };
    await page.route('**/api/auth/factors', (route) => route.fulfill({ json: factors }));
    await page.route('**/api/auth/password', refusesOldSignIn);
    await page.getByLabel('Current password').first().fill(visits.clinic.signInOf('nurse').password);
    await page.getByLabel('New password').first().fill(next);
    await page.keyboard.press('Enter');
    const proof = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await proof.getByLabel('Code').waitFor();

    await proof.getByRole('button', { name: 'Back' }).click();

    await page.getByText('You did not confirm who you are. Nothing was changed.').waitFor();
    await page.reload();
    expect(await page.getByLabel('New password').first().inputValue()).toBe('');
  });
});
