import { beforeAll, describe, test } from 'vitest';
import { missing, writeOrder, writePanel } from '../../staff/day/clinic';
import { addressOf, writeDetails, type Details } from '../../staff/day/pages';
import { Visits } from '../../staff/day/visits';
import { schemes, size, take } from './take';

/** A page of the staff app, by the role that works with it. */
const pages: readonly (readonly [name: string, role: string, address: string])[] = [
  ['schedule', 'provider', '/schedule'],
  ['schedule-rooms', 'desk', '/schedule?by=room'],
  ['schedule-week', 'desk', '/schedule?view=week'],
  ['inbox', 'nurse', '/inbox?queue=all&thread=THREAD'],
  ['inbox-new', 'nurse', '/inbox?compose=true&patient=kenji'],
  ['results', 'provider', '/results?open=panel'],
  ['results-latest', 'provider', '/results?view=latest'],
  ['biopsy', 'provider', '/results?view=biopsies&open=BIOPSY'],
  ['patients', 'provider', '/patients'],
  ['chart', 'provider', '/patients/ana'],
  ['chart-results', 'provider', '/patients/ana?view=results'],
  ['alerts', 'provider', '/alerts'],
  ['on-call', 'admin', '/alerts/on-call'],
  ['billing', 'billing', '/billing?open=CLAIM'],
  ['live-feed', 'provider', '/feed'],
  ['notifications', 'provider', '/notifications'],
  ['preferences', 'provider', '/preferences'],
  ['audit', 'admin', '/audit?open=20'],
  ['settings-people', 'admin', '/settings'],
  ['settings-policies', 'admin', '/settings?section=policies'],
  ['settings-limits', 'admin', '/settings?section=limits'],
  ['settings-canned', 'admin', '/settings?section=canned'],
  ['settings-calendar', 'admin', '/settings?section=calendar'],
];

describe.skipIf(missing)(`pictures of the staff app${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest();
  let details: Details;
  let thread = '';

  beforeAll(async () => {
    details = await writeDetails(visits);
    const { items } = await visits.caller('nurse').ask<{ items: readonly { id: string }[] }>('GET', '/api/patient-messages/threads');
    thread = items[0]?.id ?? '';
    await writeOrder(visits.caller('records'), 'order-critical', 'kenji');
    await writePanel(visits.caller('records'), 'critical', 'kenji', 'order-critical', 6.9, 'HH');
  });

  test.each(schemes)('every page in %s', async (scheme) => {
    for (const role of new Set(pages.map(([, who]) => who))) {
      const page = await visits.open(role, '/', { ...size, scheme });
      for (const [name, who, address] of pages) {
        if (who !== role) continue;
        await page.goto(addressOf(address, details).replace('THREAD', thread));
        await take(page, 'staff', name, scheme);
      }
      await page.context().close();
    }
  });
});
