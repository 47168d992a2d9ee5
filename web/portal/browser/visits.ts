import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterEach, beforeAll } from 'vitest';
import { Caller } from '../../browser/caller';
import { oneChromium } from '../../browser/chromium';
import { Clinic, type StoredSession } from '../../browser/clinic';
import { heightOf, type Look } from '../../browser/looks';
import { writeClinic } from './clinic';
import type { ClinicName } from './server';

export interface Screen extends Look {
  readonly locale?: string;
}

/** One clinic for a file of tests, and patients who visit it in browsers of their own. */
export class Visits {
  clinic!: Clinic;
  /** The system that writes the records. */
  records!: Caller;
  provider!: Caller;
  nurse!: Caller;
  /** Everything that pages wrote to the console, and every error. */
  said: string[] = [];
  #browser!: Browser;
  /** Whether the program is kept on the device: a browser loads all of it for that, in each test anew. */
  readonly #installs: boolean;
  readonly #contexts: BrowserContext[] = [];

  private constructor(installs: boolean) {
    this.#installs = installs;
  }

  /** To be called where the tests are described. */
  static forEachTest(name: ClinicName, { installs = false } = {}): Visits {
    const visits = new Visits(installs);
    beforeAll(async () => {
      visits.clinic = Clinic.of(name);
      visits.#browser = await oneChromium();
      visits.records = new Caller(visits.clinic, 'records');
      visits.provider = new Caller(visits.clinic, 'provider');
      visits.nurse = new Caller(visits.clinic, 'nurse');
      await writeClinic(visits.records, visits.provider, visits.clinic.signInOf('ana').email);
    });
    afterEach(async () => {
      for (const context of visits.#contexts.splice(0)) await context.close();
      visits.said = [];
    });
    return visits;
  }

  /** A page of somebody who has not signed in, or who has a session in this browser. */
  async page({ width = 1280, scheme = 'light', locale = 'en-US' }: Screen = {}, session?: StoredSession): Promise<Page> {
    const context = await this.#browser.newContext({
      baseURL: this.clinic.url,
      viewport: { width, height: heightOf(width) },
      colorScheme: scheme,
      locale,
      timezoneId: 'America/New_York',
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

  /** A page of a patient who has a session and is up to date. The sign-in page is shown by the tests of signing in alone. */
  async open(name: string, path = '/portal', screen: Screen = {}): Promise<Page> {
    const page = await this.page(screen, await this.clinic.sessionOf(name, 'patients'));
    await page.goto(path);
    await upToDate(page);
    return page;
  }

  async signIn(page: Page, name: string): Promise<void> {
    const { email, password } = this.clinic.signInOf(name);
    await page.getByLabel('Email', { exact: true }).fill(email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await upToDate(page);
  }
}

/** The language is the person's own. */
async function upToDate(page: Page): Promise<void> {
  await page.getByRole('status').getByText(/^(Up to date|Al día)$/).waitFor();
}

/** Answers the question that stands before each new message. */
export async function passGate(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Write a new message' }).click();
  await page.getByRole('radio', { name: /^No, none of these/ }).check();
  await page.getByRole('button', { name: 'Continue' }).click();
}

export async function writeMessage(page: Page, subject: string, text: string): Promise<void> {
  await passGate(page);
  await page.getByRole('radio', { name: 'A question about my health' }).check();
  await page.getByLabel('Subject').fill(subject);
  await page.getByLabel('Your message').fill(text);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByRole('heading', { name: subject }).waitFor();
}

export function threadIdOf(page: Page): string {
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
}

/** As an administrator does it. */
export async function endSessionsOf({ clinic }: Visits, name: string): Promise<void> {
  const admin = new Caller(clinic, 'admin');
  const { email } = clinic.signInOf(name);
  const { items } = await admin.ask<{ items: readonly { id: string }[] }>('GET', `/api/admin/users?email=${encodeURIComponent(email)}`);
  await admin.ask('DELETE', `/api/admin/users/${items[0]?.id}/sessions`);
}

/** Presses Tab until what has focus is of this role or has this text. */
export async function tabTo(page: Page, roleOrText: string): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    const found = await page.evaluate((wanted) => {
      const at = document.activeElement;
      return at?.getAttribute('type') === wanted || at?.textContent === wanted;
    }, roleOrText);
    if (found) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Nothing that says ${roleOrText} is reached by Tab.`);
}
