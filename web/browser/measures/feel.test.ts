import type { CDPSession, Page, Request } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { Visits as PortalVisits } from '../../portal/browser/visits';
import { book, missing } from '../../staff/day/clinic';
import { live, Visits } from '../../staff/day/visits';

const eventCount = Number(process.env['EVENTS'] ?? 300);
const perSecond = Number(process.env['RATE'] ?? 20);
const tabCount = Number(process.env['TABS'] ?? 25);
const slowdowns = [1, 4];

interface Typed {
  /** Of each key, from the press to the frame after it. */
  readonly keysMs: number[];
  readonly longTasksMs: number[];
}

interface Booked {
  readonly resourceType: string;
  readonly id: string;
  readonly start: string;
}

declare global {
  interface Window {
    typed: Typed;
  }
}

/** How the apps feel, by figures. It asserts only that there was something to measure. */
describe.skipIf(missing)(`what people feel${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest('measures');
  const patients = PortalVisits.forEachTest('pictures');

  test('script as sent, and the first screen', async () => {
    say(`\n| page | script as sent | files | first paint | heading |\n|---|---|---|---|---|`);
    for (const rate of slowdowns) {
      const doors = [
        ['staff: sign-in', await visits.page(), '/sign-in', 'Sign in'],
        ['staff: schedule', await visits.page({}, await visits.clinic.sessionOf('provider', 'staff')), '/schedule', 'Schedule'],
        ['portal: sign-in', await patients.page({ width: 320 }), '/portal/sign-in', 'Sign in'],
      ] as const;
      for (const [name, page, address, heading] of doors) say(`| ${name}, ${rate} x CPU | ${await opened(page, address, heading, rate)} |`);
      await visits.closeAll();
    }
  });

  test('keys while events arrive', async () => {
    const { id } = await book(visits.caller('nurse'), 'kenji', 'novak', '16:30', 'Measured', 'room-2');
    say(`\n| keys while ${eventCount} events arrive at ${perSecond}/s | keys | p50 | p95 | most | long tasks |\n|---|---|---|---|---|---|`);
    for (const rate of slowdowns) {
      for (const [name, address, field] of [
        ['board, booking', '/schedule?book=true', 'Reason'],
        ['patients', '/patients', 'Find a patient by name'],
      ] as const) {
        const page = await visits.open('provider', address);
        await slow(page, rate);
        const typed = await typeWhile(page, field, () => change(id));
        expect(typed.keysMs.length).toBeGreaterThan(0);
        say(`| ${name}, ${rate} x CPU | ${typed.keysMs.length} | ${summary(typed.keysMs)} | ${typed.longTasksMs.length} |`);
        await visits.closeAll();
      }
    }
  });

  test('one event in many tabs', async () => {
    const first = await visits.open('provider', '/schedule');
    const pages = [first];
    const begun = Date.now();
    for (let tab = 1; tab < tabCount; tab += 1) pages.push(await first.context().newPage());
    await Promise.all(pages.slice(1).map((page) => page.goto('/schedule')));
    await Promise.all(pages.map(live));
    const liveMs = Date.now() - begun;
    await book(visits.caller('nurse'), 'sofia', 'okafor', '17:00', 'Seen in all tabs', 'room-1');
    const booked = Date.now();
    const seenMs = await Promise.all(
      pages.map(async (page) => {
        await page.getByRole('button', { name: /5:00 PM Sofia Castillo/ }).waitFor({ state: 'attached' });
        return Date.now() - booked;
      }),
    );

    const seen = summary(seenMs).replaceAll(' |', ',');
    say(`\n${tabCount} tabs of one browser: all live in ${liveMs} ms; a booking on the board of each (p50, p95, most): ${seen}`);
    expect(seenMs).toHaveLength(tabCount);
  });

  /** Events that the board shows: one appointment is put at other minutes, as fast as asked, whether the one before is answered or not. */
  async function change(id: string): Promise<void> {
    const nurse = visits.caller('nurse');
    const known = await nurse.ask<Booked>('GET', `/fhir/Appointment/${id}`);
    const writes: Promise<unknown>[] = [];
    for (let index = 0; index < eventCount; index += 1) {
      const moved = new Date(Date.parse(known.start) + (index % 2) * 300_000).toISOString();
      writes.push(nurse.put({ ...known, start: moved }));
      await new Promise((resolve) => setTimeout(resolve, 1_000 / perSecond));
    }
    await Promise.all(writes);
  }
});

async function opened(page: Page, address: string, heading: string, rate: number): Promise<string> {
  const scripts: Request[] = [];
  page.on('requestfinished', (request) => request.resourceType() === 'script' && scripts.push(request));
  await slow(page, rate);
  const begun = Date.now();
  await page.goto(address);
  await page.getByRole('heading', { name: heading }).first().waitFor();
  const headingMs = Date.now() - begun;
  await page.waitForLoadState('load');
  const paintMs = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN);
  const sizes = await Promise.all(scripts.map((request) => request.sizes()));
  const bytes = sizes.reduce((sum, { responseBodySize }) => sum + responseBodySize, 0);
  expect(scripts.length).toBeGreaterThan(0);
  return `${Math.round(bytes / 1_024)} KiB | ${scripts.length} | ${Math.round(paintMs)} ms | ${headingMs} ms`;
}

async function slow(page: Page, rate: number): Promise<CDPSession> {
  const tools = await page.context().newCDPSession(page);
  await tools.send('Emulation.setCPUThrottlingRate', { rate });
  return tools;
}

async function typeWhile(page: Page, field: string, work: () => Promise<void>): Promise<Typed> {
  await page.getByLabel(field, { exact: true }).first().focus();
  await page.evaluate(() => {
    window.typed = { keysMs: [], longTasksMs: [] };
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.typed.longTasksMs.push(duration);
    }).observe({ type: 'longtask' });
    document.addEventListener(
      'keydown',
      ({ timeStamp }) => {
        requestAnimationFrame(() => setTimeout(() => window.typed.keysMs.push(performance.now() - timeStamp)));
      },
      { capture: true },
    );
  });
  const over = new AbortController();
  const worked = work().finally(() => over.abort());
  while (!over.signal.aborted) {
    await page.keyboard.type('kenji', { delay: 70 });
    for (let key = 0; key < 5; key += 1) await page.keyboard.press('Backspace', { delay: 20 });
  }
  await worked;
  return page.evaluate(() => window.typed);
}

function summary(allMs: readonly number[]): string {
  const sorted = allMs.toSorted((one, other) => one - other);
  const at = (part: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN);
  return `${at(0.5)} ms | ${at(0.95)} ms | ${at(1)} ms`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
