import type { Browser, BrowserContext, Page, Route } from 'playwright-core';
import { afterEach, beforeAll } from 'vitest';
import { Caller } from '../../browser/caller';
import { oneChromium } from '../../browser/chromium';
import { Clinic, type StoredSession } from '../../browser/clinic';
import { heightOf, type Look } from '../../browser/looks';
import { peopleOf, writeClinic, zone, type ClinicName } from './clinic';

/** One clinic for a file of tests, and staff who work in browsers of their own. */
export class Visits {
  clinic!: Clinic;
  /** Everything that pages wrote to the console, and every error. */
  said: string[] = [];
  #browser!: Browser;
  /** Whether the program is kept on the device: a browser loads all of it for that, in each test anew. */
  readonly #installs: boolean;
  readonly #contexts: BrowserContext[] = [];
  readonly #callers = new Map<string, Caller>();

  private constructor(installs: boolean) {
    this.#installs = installs;
  }

  /** To be called where the tests are described. */
  static forEachTest(name: ClinicName, { installs = false } = {}): Visits {
    const visits = new Visits(installs);
    beforeAll(async () => {
      visits.clinic = Clinic.of(peopleOf(name).tenant);
      visits.#browser = await oneChromium();
      await writeClinic(visits.caller('records'), visits.caller('nurse'), visits.caller('billing'));
    });
    afterEach(() => visits.closeAll());
    return visits;
  }

  async closeAll(): Promise<void> {
    for (const context of this.#contexts.splice(0)) await context.close();
    this.said = [];
  }

  /** Somebody of the clinic who uses the API. */
  caller(name: string): Caller {
    const known = this.#callers.get(name) ?? new Caller(this.clinic, name);
    this.#callers.set(name, known);
    return known;
  }

  /** A page of somebody who has not signed in, or who has a session in this browser. */
  async page({ width = 1440, scheme = 'light' }: Look = {}, session?: StoredSession): Promise<Page> {
    const context = await this.#browser.newContext({
      baseURL: this.clinic.url,
      viewport: { width, height: heightOf(width) },
      colorScheme: scheme,
      locale: 'en-US',
      timezoneId: zone,
      serviceWorkers: this.#installs ? 'allow' : 'block',
      ...(session ? { storageState: session } : {}),
    });
    this.#contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on('console', (message) => this.said.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => this.said.push(`error: ${error.message}`));
    return page;
  }

  /** A page of somebody who has a session and is live. The sign-in page is shown by the tests of signing in alone. */
  async open(name: string, path = '/', look: Look = {}): Promise<Page> {
    const page = await this.page(look, await this.clinic.sessionOf(name, 'staff'));
    await page.goto(path);
    await live(page);
    return page;
  }

  async signIn(page: Page, name: string): Promise<void> {
    const { email, password } = this.clinic.signInOf(name);
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await live(page);
  }
}

export async function live(page: Page): Promise<void> {
  await page.getByRole('status', { name: 'Connection' }).getByText('Live').waitFor();
}

/** Presses Tab until what has focus has this role and name. */
export async function tabTo(page: Page, name: string | RegExp, most = 80): Promise<void> {
  for (let presses = 0; presses < most; presses += 1) {
    const said = await page.evaluate(() => {
      const one = document.activeElement;
      const labelled = one?.getAttribute('aria-labelledby');
      const label = labelled ? document.getElementById(labelled)?.textContent : null;
      const field = one instanceof HTMLInputElement || one instanceof HTMLTextAreaElement ? one.labels?.[0]?.textContent : null;
      return one?.getAttribute('aria-label') ?? label ?? field ?? one?.textContent ?? '';
    });
    if (typeof name === 'string' ? said.trim() === name : name.test(said)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Nothing that says ${String(name)} is reached by Tab.`);
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Account/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
}

/** As the server answers a change when the last proof of who it is is older than five minutes. */
export function refusesOldSignIn(route: Route): Promise<void> {
  const body = JSON.stringify({ code: 'fresh_sign_in_required', title: 'No' });
  return route.fulfill({ status: 401, contentType: 'application/problem+json', body });
}
