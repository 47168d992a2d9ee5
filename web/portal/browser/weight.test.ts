import type { Request } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { missing } from './server';
import { Visits } from './visits';

const mostScriptBytes = 130 * 1_024;
const mostSlowdown = 4;

describe.skipIf(missing)(`what is sent${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest('weight', { installs: true });

  test('The sign-in page needs little script as sent, and no live connection', async () => {
    const page = await visits.page({ width: 320 });
    const scripts: Request[] = [];
    page.on('requestfinished', (request) => {
      if (request.url().includes('/assets/') && request.url().endsWith('.js')) scripts.push(request);
    });
    await page.goto('/portal/sign-in');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await page.waitForLoadState('networkidle');
    const sizes = await Promise.all(scripts.map((request) => request.sizes()));
    const bytes = sizes.reduce((sum, { responseBodySize }) => sum + responseBodySize, 0);

    process.stdout.write(`script of the sign-in page as sent: ${Math.round(bytes / 1_024)} KiB in ${scripts.length} files\n`);
    expect(scripts.length).toBeGreaterThan(2);
    expect(bytes).toBeGreaterThan(60 * 1_024);
    expect(bytes).toBeLessThan(mostScriptBytes);
  });

  test('The first screen comes soon on a slow processor', async () => {
    const page = await visits.page({ width: 320 });
    const tools = await page.context().newCDPSession(page);
    await tools.send('Emulation.setCPUThrottlingRate', { rate: mostSlowdown });
    await page.goto('/portal/sign-in');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    const paintMs = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN);

    process.stdout.write(`first screen at ${mostSlowdown} x CPU: ${Math.round(paintMs)} ms\n`);
    // The goal is 1,500 ms on a machine of its own; tests share theirs.
    expect(paintMs).toBeLessThan(4_000);
  });
});
