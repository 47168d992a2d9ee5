import { describe, expect, test } from 'vitest';
import { missing } from './server';
import { Visits } from './visits';

const mostScriptBytes = 130 * 1_024;
const mostSlowdown = 4;

describe.skipIf(missing)(`what is sent${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest();

  test('The sign-in page needs little script as sent, and no live connection', async () => {
    const page = await visits.page({ width: 320 });
    const names: string[] = [];
    let bytes = 0;
    page.on('requestfinished', async (request) => {
      if (!request.url().includes('/assets/') || !request.url().endsWith('.js')) return;
      names.push(request.url());
      bytes += (await request.sizes()).responseBodySize;
    });
    await page.goto('/portal/sign-in');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await page.waitForLoadState('networkidle');

    process.stdout.write(`script of the sign-in page as sent: ${Math.round(bytes / 1_024)} KiB in ${names.length} files\n`);
    expect(names.length).toBeGreaterThan(0);
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
