import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { inspectIn } from '../../browser/looks';
import { missing, writeOrder, writePanel } from './clinic';
import { Visits } from './visits';

/** Each width in both schemes, each judged by axe. */
const looks = [1440, 768, 320].flatMap((width) =>
  (['light', 'dark'] as const).map((scheme) => ({ width, scheme, axe: true as const })));

type Step = (page: Page) => Promise<unknown>;

const press = (name: string | RegExp): Step => (page) => page.getByRole('button', { name }).first().click();
const key = (pressed: string): Step => (page) => page.keyboard.press(pressed);
const alert = press('Acknowledge…');

/** What opens from a page by a step, by the role that may. */
const dialogs: readonly (readonly [name: string, role: string, address: string, steps: readonly Step[]])[] = [
  ['an appointment', 'desk', '/schedule', [press(/Kenji Chen/)]],
  ['cancelling', 'desk', '/schedule', [press(/Kenji Chen/), press('Cancel appointment')]],
  ['moving', 'desk', '/schedule', [press(/Kenji Chen/), press('Move…')]],
  ['booking', 'desk', '/schedule?book=true', []],
  ['a booking with what is missing', 'desk', '/schedule?book=true', [press(/^Book( anyway)?$/)]],
  ['the search for everything', 'desk', '/patients', [key('Control+k')]],
  ['the account menu', 'desk', '/patients', [press(/^Account/)]],
  ['the bell', 'provider', '/patients', [press(/^Notifications/)]],
  ['a critical alert', 'provider', '/patients', [alert]],
  ['a critical alert that is handed on', 'provider', '/patients', [alert, press('Hand to a colleague…')]],
  ['inviting', 'admin', '/settings', [press('Invite a colleague')]],
  ['signing somebody out', 'admin', '/settings', [press('Sign out everywhere')]],
  ['approving limits', 'admin', '/settings?section=limits', [press('Approve these limits…')]],
  ['a canned response', 'admin', '/settings?section=canned', [press('Add a response')]],
  ['an application', 'admin', '/settings?section=apps', [press('Register an application')]],
  ['a service account', 'admin', '/settings?section=services', [press('Add a service account')]],
  ['secrets', 'admin', '/settings?section=services', [press('Secrets…')]],
  ['a turn', 'admin', '/alerts/on-call', [press('Add a turn')]],
  ['assigning a thread', 'nurse', '/inbox?queue=all&thread=THREAD', [press('Assign…')]],
  ['taking a message back', 'nurse', '/inbox?queue=all&thread=THREAD', [press('Take back…')]],
  ['the keys of the inbox', 'nurse', '/inbox?queue=all', [key('?')]],
];

describe.skipIf(missing)(`every dialog${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest('dialogs');
  let thread = '';

  beforeAll(async () => {
    await writeOrder(visits.caller('records'), 'order-critical', 'kenji');
    await writePanel(visits.caller('records'), 'critical', 'kenji', 'order-critical', 6.9, 'HH');
    const { items } = await visits.caller('nurse').ask<{ items: readonly { id: string }[] }>('GET', '/api/patient-messages/threads');
    thread = items[0]?.id ?? '';
  });

  test.each(dialogs)('%s has no finding in any width and scheme, and fits', async (name, role, address, steps) => {
    const page = await visits.open(role, address.replace('THREAD', thread));
    await page.locator('h1').first().waitFor();
    for (const step of steps) await step(page);
    const shown = page.locator('[role=dialog], [role=menu]').last();
    await shown.waitFor();

    const findings = await inspectIn(looks, page, name, () => shown.waitFor());

    expect(findings).toEqual([]);
  }, 120_000);
});
