import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { missing } from './chromium';
import { ClinicVisits, connectionSays } from './clinicVisits';

function bar(page: Page): Locator {
  return page.getByRole('region', { name: 'Critical alerts' });
}

function dialog(page: Page): Locator {
  return page.getByRole('dialog', { name: 'Critical alert' });
}

describe.skipIf(missing)(`critical alerts${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = ClinicVisits.forEachTest();
  const { open } = visits;

  function raise(id: string): void {
    visits.clinic.publish('critical_alert', visits.clinic.care.raise(id), 'patient-1');
  }

  test('Without the line the bar says that alerts come late, and what was missed is there after it', async () => {
    const page = await open('/feed');

    await page.context().setOffline(true);
    await bar(page).getByText('New critical alerts may come late').waitFor();
    raise('a1');
    await page.context().setOffline(false);

    await bar(page).getByText('Potassium = 6.9 mmol/L · Ana Ruiz').waitFor();
    await bar(page).getByText('New critical alerts may come late').waitFor({ state: 'detached' });
  });

  test('A chart whose own line is blocked does not make alerts late', async () => {
    const page = await open('/patients/patient-1');
    visits.clinic.blockResourceSockets(true);
    await connectionSays(page, 'Updates delayed');

    raise('a1');

    await bar(page).getByText('Potassium').waitFor();
    expect(await bar(page).getByText('may come late').count()).toBe(0);
  });

  test('Who is second is told who was first, and nothing of the second is written', async () => {
    const page = await open('/feed');
    raise('a1');
    await page.getByRole('button', { name: 'Acknowledge…' }).click();
    await dialog(page).getByLabel('Read back the value').fill('6.9');
    // Grace is first by a moment: the dialog cannot have been told.
    await page.route('**/api/alerts/a1/acknowledge', (route) => {
      visits.clinic.care.acknowledgeAsGrace('a1');
      return route.continue();
    });

    await dialog(page).getByRole('button', { name: 'Acknowledge', exact: true }).click();

    await dialog(page).getByText('Grace Mbeki acknowledged it at').waitFor();
    expect(visits.clinic.care.alerts.get('a1')?.owner.name).toBe('Grace Mbeki');
    await page.keyboard.press('Escape');
    await bar(page).getByText('Potassium').waitFor({ state: 'detached' });
  });

  test('An alert is spoken once, however often it is loaded', async () => {
    const page = await open('/feed');
    const spoken = page.locator('[data-urgent-announcer]');
    raise('a1');
    await spoken.getByText('Critical alert for you: Potassium = 6.9 mmol/L · Ana Ruiz').waitFor();
    const changes = await page.evaluateHandle(() => {
      const seen: string[] = [];
      const region = document.querySelector('[data-urgent-announcer]')!;
      const observer = new MutationObserver(() => seen.push(region.textContent ?? ''));
      observer.observe(region, { childList: true, characterData: true, subtree: true });
      return seen;
    });

    await page.getByRole('link', { name: 'Alerts', exact: true }).click();
    await page.getByRole('list', { name: 'Open alerts' }).getByText('Potassium').waitFor();
    visits.clinic.publish('alert:raised', { alertId: 'a1' }, 'patient-1');
    await page.waitForLoadState('networkidle');

    expect(await changes.jsonValue()).toEqual([]);
  });
});
