import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { startChromium } from '../../browser/chromium';
import { Caller } from '../../browser/caller';
import { Server } from '../../browser/server';
import { writeClinic } from './clinic';
import { people } from './server';

export interface Screen {
  readonly width?: number;
  readonly scheme?: 'light' | 'dark';
  readonly locale?: string;
}

/** One server with one clinic for a file of tests, and patients who visit it in browsers of their own. */
export class Visits {
  server!: Server;
  /** The system that writes the records. */
  records!: Caller;
  provider!: Caller;
  nurse!: Caller;
  /** Everything that pages wrote to the console, and every error. */
  said: string[] = [];
  #browser!: Browser;
  readonly #contexts: BrowserContext[] = [];

  /** To be called where the tests are described. */
  static forEachTest(): Visits {
    const visits = new Visits();
    beforeAll(async () => {
      [visits.#browser, visits.server] = await Promise.all([startChromium(), Server.start(people)]);
      visits.records = new Caller(visits.server, 'records');
      visits.provider = new Caller(visits.server, 'provider');
      visits.nurse = new Caller(visits.server, 'nurse');
      await writeClinic(visits.records, visits.provider);
    });
    afterAll(async () => {
      await visits.#browser?.close();
      await visits.server?.stop();
    });
    afterEach(async () => {
      for (const context of visits.#contexts.splice(0)) await context.close();
      visits.said = [];
    });
    return visits;
  }

  /** A page of somebody who has not signed in. */
  async page({ width = 1280, scheme = 'light', locale = 'en-US' }: Screen = {}): Promise<Page> {
    const context = await this.#browser.newContext({
      baseURL: this.server.url,
      viewport: { width, height: width < 500 ? 720 : 860 },
      colorScheme: scheme,
      locale,
      timezoneId: 'America/New_York',
    });
    this.#contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on('console', (message) => this.said.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => this.said.push(`error: ${error.message}`));
    return page;
  }

  /** A page of a patient who has signed in and is up to date. */
  async open(name: string, path = '/portal', screen: Screen = {}): Promise<Page> {
    const page = await this.page(screen);
    await page.goto(path);
    await this.signIn(page, name, screen.locale?.startsWith('es') ? 'es' : 'en');
    return page;
  }

  async signIn(page: Page, name: string, language: 'en' | 'es' = 'en'): Promise<void> {
    const words = language === 'en'
      ? { email: 'Email', password: 'Password', go: 'Sign in' }
      : { email: 'Correo electrónico', password: 'Contraseña', go: 'Entrar' };
    const { email, password } = this.server.signInOf(name);
    await page.getByLabel(words.email, { exact: true }).fill(email);
    await page.getByLabel(words.password, { exact: true }).fill(password);
    await page.getByRole('button', { name: words.go, exact: true }).click();
    // The language may be another one after signing in: the person's own.
    await page.getByRole('status').getByText(/^(Up to date|Al día)$/).waitFor();
  }
}

/** The program is kept on the device: from now on the portal opens without a network. */
export async function programKept(page: Page): Promise<void> {
  await page.waitForFunction(async () => (await navigator.serviceWorker.getRegistration('/portal/'))?.active?.state === 'activated');
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
export async function endSessionsOf({ server }: Visits, email: string): Promise<void> {
  const admin = new Caller(server, 'admin');
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
