import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { inspectIn } from '../../browser/looks';
import { missing, writeOrder, writePanel } from './clinic';
import { live, refusesOldSignIn, Visits } from './visits';

/** Each width in both schemes, each judged by axe. */
const looks = [1440, 768, 320].flatMap((width) =>
  (['light', 'dark'] as const).map((scheme) => ({ width, scheme, axe: true as const })));

type Step = (page: Page) => Promise<unknown>;

const press = (name: string | RegExp): Step => (page) => page.getByRole('button', { name }).first().click();
const key = (pressed: string): Step => (page) => page.keyboard.press(pressed);
const alert = press('Acknowledge…');

/** The page is loaded with another answer of the server: what would take hours or a whole story to come about. */
const answered = (address: RegExp, change: (said: object) => object): Step => async (page) => {
  await page.route(address, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: change((await response.json()) as object) });
  });
  await page.reload();
  await live(page);
};

const emergency = {
  id: 'e-1', displayName: 'Grace Mbeki', role: 'nurse', patientId: 'kenji', reason: 'Found unconscious in the waiting room',
  begunAt: '2026-11-02T10:00:00Z', endsAt: '2026-11-02T11:00:00Z',
};
const withTelephone = ({ items, ...page }: { readonly items?: readonly object[] }) => ({
  ...page, items: items?.map((item) => ({ ...item, phoneTask: true })),
});
const refusesOldSignIns: Step = (page) => page.route(/\/api\/admin\/users\//, refusesOldSignIn);
const fills = (name: string, text: string): Step => (page) => page.getByRole('textbox', { name }).fill(text);
/** The record is read again after it was refused, and says another city then. */
const colleagueWrites: Step = async (page) => {
  await page.route('**/fhir/Patient/kenji', async (route) => {
    if (route.request().method() === 'PUT') return route.fulfill({ status: 412, json: { resourceType: 'OperationOutcome', issue: [] } });
    const response = await route.fetch();
    const person = (await response.json()) as object;
    return route.fulfill({ response, json: { ...person, address: [{ city: 'Bath' }] } });
  });
};
const confirms = (name: string): Step => (page) => page.getByRole('dialog').getByRole('button', { name }).click();
const proof: Step = (page) => page.getByRole('dialog', { name: 'Confirm that it is you' }).getByLabel('Your password').first().waitFor();
const writes: Step = (page) => page.getByRole('textbox', { name: 'Message to the patient' }).fill('Please call us.');

/** What opens from a page by a step, by the role that may. */
const dialogs: readonly (readonly [name: string, role: string, address: string, steps: readonly Step[]])[] = [
  ['an appointment', 'desk', '/schedule', [press(/Kenji Chen/)]],
  ['cancelling', 'desk', '/schedule', [press(/Kenji Chen/), press('Cancel appointment')]],
  ['moving', 'desk', '/schedule', [press(/Kenji Chen/), press('Move…')]],
  ['booking', 'desk', '/schedule?book=true', []],
  ['a booking with what is missing', 'desk', '/schedule?book=true', [press(/^Book( anyway)?$/)]],
  ['registering a patient', 'desk', '/patients', [
    press('Register a patient'), fills('Family name', 'Chen'), fills('Birth date', '1951-11-30'),
    (page) => page.getByRole('button', { name: 'Open Kenji Chen' }).waitFor()]],
  ['a registration with what is missing', 'desk', '/patients', [press('Register a patient'), confirms('Register')]],
  ['editing a patient', 'desk', '/patients/kenji', [press('Edit details'), fills('City', 'Portland')]],
  ['a change that a colleague made as well', 'desk', '/patients/kenji', [press('Edit details'), fills('City', 'Portland'), colleagueWrites,
    press('Save'), (page) => page.getByText('A colleague has changed the same meanwhile.').waitFor()]],
  ['the search for everything', 'desk', '/patients', [key('Control+k')]],
  ['the account menu', 'desk', '/patients', [press(/^Account/)]],
  // It floats over the page: where that has controls, one may be covered by half.
  ['the bell', 'provider', '/no/such/page', [press(/^Notifications/)]],
  ['a critical alert', 'provider', '/patients', [alert]],
  ['a critical alert that is handed on', 'provider', '/patients', [alert, press('Hand to a colleague…')]],
  ['a critical alert and a telephone call', 'provider', '/patients',
    [answered(/\/api\/alerts(\?|$)/, withTelephone), alert, press('Record a telephone call…')]],
  ['inviting', 'admin', '/settings', [press('Invite a colleague')]],
  ['signing somebody out', 'admin', '/settings', [press('Sign out everywhere')]],
  ['showing again who it is', 'admin', '/settings',
    [press('Sign out everywhere'), refusesOldSignIns, confirms('Sign out everywhere'), proof]],
  ['reviewing an emergency', 'admin', '/settings?section=emergency',
    [answered(/\/api\/admin\/break-glass\?/, () => ({ items: [emergency], next: null })), press('Review…')]],
  ['deleting a canned response', 'admin', '/settings?section=canned', [press(/^Delete /)]],
  ['approving limits', 'admin', '/settings?section=limits', [press('Approve these limits…')]],
  ['a canned response', 'admin', '/settings?section=canned', [press('Add a response')]],
  ['an application', 'admin', '/settings?section=apps', [press('Register an application')]],
  ['a service account', 'admin', '/settings?section=services', [press('Add a service account')]],
  ['secrets', 'admin', '/settings?section=services', [press('Secrets…')]],
  ['a turn', 'admin', '/alerts/on-call', [press('Add a turn')]],
  ['assigning a thread', 'nurse', '/inbox?queue=all&thread=THREAD', [press('Assign…')]],
  ['who takes part', 'nurse', '/inbox?queue=all&thread=COLLEAGUES', [press('People…')]],
  ['when a thread is woken', 'nurse', '/inbox?queue=all&thread=THREAD', [press('Snooze')]],
  ['what else is done with a thread', 'nurse', '/inbox?queue=all&thread=THREAD', [press(/^More$/)]],
  ['when a message is sent', 'nurse', '/inbox?queue=all&thread=THREAD', [writes, press('Send later')]],
  ['taking a message back', 'nurse', '/inbox?queue=all&thread=THREAD', [press('Take back…')]],
  ['the keys of the inbox', 'nurse', '/inbox?queue=all', [key('?')]],
];

describe.skipIf(missing)(`every dialog${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest('dialogs');
  let thread = '';
  let colleagues = '';

  beforeAll(async () => {
    await writeOrder(visits.caller('records'), 'order-critical', 'kenji');
    await writePanel(visits.caller('records'), 'critical', 'kenji', 'order-critical', 6.9, 'HH');
    const { items } = await visits.caller('nurse').ask<{ items: readonly { id: string }[] }>('GET', '/api/patient-messages/threads');
    thread = items[0]?.id ?? '';
    const provider = await visits.caller('provider').ask<{ user: { id: string } }>('GET', '/api/auth/me');
    const begun = await visits.caller('nurse').ask<{ thread: { id: string } }>('POST', '/api/patient-messages/threads', {
      kind: 'staff', participants: [provider.user.id], subject: 'The holiday plan', content: 'Who is here between the years?',
    });
    colleagues = begun.thread.id;
  });

  test.each(dialogs)('%s has no finding in any width and scheme, and fits', async (name, role, address, steps) => {
    const page = await visits.open(role, address.replace('THREAD', thread).replace('COLLEAGUES', colleagues));
    await page.locator('h1').first().waitFor();
    for (const step of steps) await step(page);
    const shown = page.locator('[role=dialog], [role=menu]').last();
    await shown.waitFor();

    const findings = await inspectIn(looks, page, name, () => shown.waitFor());

    expect(findings).toEqual([]);
  }, 120_000);
});
