import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { signIn, startChromium, visit, type Visit } from './chromium';
import { ClinicServer } from './clinic/clinicServer';

/** A clinic, new for each test, and its visitors: one browser for all tests of a file. */
export class ClinicVisits {
  clinic!: ClinicServer;
  #browser!: Browser;
  readonly #visits: Visit[] = [];

  /** To be called where the tests are described. */
  static forEachTest(): ClinicVisits {
    const visits = new ClinicVisits();
    beforeAll(async () => {
      visits.#browser = await startChromium();
    });
    afterAll(() => visits.#browser.close());
    beforeEach(async () => {
      visits.clinic = await ClinicServer.start();
    });
    afterEach(async () => {
      const made = visits.#visits.splice(0);
      for (const { context } of made) await context.close();
      await visits.clinic.stop();
      expect(made.flatMap(({ breaches }) => breaches)).toEqual([]);
    });
    return visits;
  }

  /** A page of a person who has signed in. */
  readonly open = async (path = '/', width = 1280): Promise<Page> => {
    const made = await visit(this.#browser, this.clinic, width);
    this.#visits.push(made);
    await signIn(made.page, path);
    return made.page;
  };
}

export function connectionSays(page: Page, text: string): Promise<void> {
  return page.getByRole('status', { name: 'Connection' }).getByText(text).waitFor();
}
