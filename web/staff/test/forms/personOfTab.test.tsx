// @vitest-environment jsdom
import { waitFor } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { rememberPerson } from '../../src/data/session/tabPerson';
import { followSession } from '../../src/shell/followSession';
import { router } from '../../src/shell/router';
import { FormPage } from './formPage';

const page = FormPage.forEachTest();
const me = (id: string) => Response.json({ user: { id, role: 'nurse' }, permissions: { '*': ['read'] }, timeZone: 'America/New_York' });
afterEach(() => rememberPerson(null));

test('The next person on a tab is led home, and not into the chart that the one before had open', async () => {
  page.answer('GET /api/auth/me', () => me('user-1'));
  followSession();
  rememberPerson('user-1');
  await router.navigate({ to: '/patients/$patientId', params: { patientId: 'ana' } });
  expect(router.state.location.pathname).toBe('/patients/ana');

  rememberPerson('user-0');
  await router.navigate({ to: '/patients/$patientId', params: { patientId: 'bo' } });
  await waitFor(() => expect(router.state.location.pathname).toBe('/schedule'));

  await router.navigate({ to: '/patients/$patientId', params: { patientId: 'bo' } });
  expect(router.state.location.pathname).toBe('/patients/bo');
});

test('Another person who signs in in place is led home', async () => {
  page.answer('GET /api/auth/me', () => me('user-1'));
  await router.navigate({ to: '/patients/$patientId', params: { patientId: 'ana' } });

  page.answer('GET /api/auth/me', () => me('user-2'));
  await page.becomeAnother();

  await waitFor(() => expect(router.state.location.pathname).toBe('/schedule'));
});
