// @vitest-environment jsdom
import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { Proxies } from '../../src/settings/ProxiesSection';
import { FormPage } from './formPage';

const page = FormPage.forEachTest();
const mum = {
  id: 'mum',
  displayName: 'Ada Osei',
  email: 'ada@example.org',
  relationship: 'parent',
  grantedAt: '2026-11-27T12:00:00Z',
  until: null,
};

test('A proxy that waits is confirmed, and is in force then', async () => {
  let confirmedAt: string | null = null;
  page.answer('GET /api/patients/child/proxies', () => Response.json({ items: [{ ...mum, confirmedAt }] }));
  page.answer('POST /api/patients/child/proxies/mum/confirmation', () => {
    confirmedAt = '2026-11-28T12:00:00Z';
    return Response.json({ ...mum, confirmedAt });
  });
  page.show(<Proxies patientId="child" />);
  await screen.findByText('Waits to be confirmed');

  await page.press('Confirm');

  await screen.findByText('In force');
  expect(screen.queryByRole('button', { name: 'Confirm' })).toBeNull();
});

test('Who granted it is told that somebody else has to confirm it', async () => {
  page.answer('GET /api/patients/child/proxies', () => Response.json({ items: [{ ...mum, confirmedAt: null }] }));
  page.answer('POST /api/patients/child/proxies/mum/confirmation', () =>
    Response.json({ code: 'second_person_required' }, { status: 403 }));
  page.show(<Proxies patientId="child" />);
  await screen.findByText('Waits to be confirmed');

  await page.press('Confirm');

  expect((await screen.findByRole('alert')).textContent).toContain('somebody else has to confirm it');
});
