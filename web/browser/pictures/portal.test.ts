import { beforeAll, describe, test } from 'vitest';
import { missing } from '../../portal/browser/server';
import { Visits } from '../../portal/browser/visits';
import { schemes, size, take } from './take';

const pages: readonly (readonly [name: string, address: string])[] = [
  ['messages', '/portal/messages'],
  ['thread', '/portal/messages/THREAD'],
  ['new-message', '/portal/messages/new'],
  ['results', '/portal/results'],
  ['result', '/portal/results/panel'],
  ['appointments', '/portal/appointments'],
  ['more', '/portal/more'],
  ['people', '/portal/more/people'],
  ['apps', '/portal/more/apps'],
  ['preferences', '/portal/more/preferences'],
  ['devices', '/portal/more/devices'],
  ['password', '/portal/more/password'],
  ['second-step', '/portal/more/second-step'],
];

describe.skipIf(missing)(`pictures of the portal${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest('pictures');
  let thread = '';

  beforeAll(async () => {
    const { thread: begun } = await visits.nurse.ask<{ thread: { id: string } }>('POST', '/api/patient-messages/threads', {
      patientId: 'ana', subject: 'Your blood pressure', category: 'medical_question', content: 'How have your values been since Monday?',
    });
    thread = begun.id;
  });

  test.each(schemes)('every page in %s', async (scheme) => {
    const door = await visits.page({ ...size, scheme });
    await door.goto('/portal/sign-in');
    await take(door, 'portal', 'sign-in', scheme);
    const page = await visits.open('ana', '/portal', { ...size, scheme });
    for (const [name, address] of pages) {
      await page.goto(address.replace('THREAD', thread));
      await take(page, 'portal', name, scheme);
    }
  });
});
