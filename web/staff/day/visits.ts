import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { Caller } from '../../browser/caller';
import { startChromium } from '../../browser/chromium';
import { Server } from '../../browser/server';
import { people, writeClinic, zone } from './clinic';

export interface Screen {
  readonly width?: number;
  readonly scheme?: 'light' | 'dark';
}

/** One server with one clinic for a file of tests, and staff who work in browsers of their own. */
export class Visits {
  server!: Server;
  /** Everything that pages wrote to the console, and every error. */
  said: string[] = [];
  #browser!: Browser;
  readonly #contexts: BrowserContext[] = [];
  readonly #callers = new Map<string, Caller>();

  /** To be called where the tests are described. */
  static forEachTest(): Visits {
    const visits = new Visits();
    beforeAll(() => visits.begin());
    afterAll(() => visits.end());
    afterEach(() => visits.closeAll());
    return visits;
  }

  async begin(): Promise<void> {
    [this.#browser, this.server] = await Promise.all([startChromium(), Server.start(people)]);
    await writeClinic(this.caller('records'), this.caller('nurse'), this.caller('billing'));
  }

  async end(): Promise<void> {
    await this.#browser?.close();
    await this.server?.stop();
  }

  async closeAll(): Promise<void> {
    for (const context of this.#contexts.splice(0)) await context.close();
    this.said = [];
  }

  /** Somebody of the clinic who uses the API. */
  caller(name: string): Caller {
    const known = this.#callers.get(name) ?? new Caller(this.server, name);
    this.#callers.set(name, known);
    return known;
  }

  /** A page of somebody who has signed in and is live. */
  async open(name: string, path = '/', { width = 1440, scheme = 'light' }: Screen = {}): Promise<Page> {
    const context = await this.#browser.newContext({
      baseURL: this.server.url,
      viewport: { width, height: width < 500 ? 720 : 900 },
      colorScheme: scheme,
      locale: 'en-US',
      timezoneId: zone,
    });
    this.#contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on('console', (message) => this.said.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => this.said.push(`error: ${error.message}`));
    const { email, password } = this.server.signInOf(name);
    await page.goto(path);
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await live(page);
    return page;
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
