// @vitest-environment jsdom
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { Palette } from '../../src/shell/Palette';
import { FormPage } from './formPage';

const page = FormPage.forEachTest();
type Verbs = Readonly<Record<string, readonly string[]>>;
const desk: Verbs = { Patient: ['read', 'create'], Appointment: ['read', 'create'] };
const nurse: Verbs = { Patient: ['read'], Condition: ['read'] };

/** The palette of somebody who may do this, and the router that it goes by. */
function show(permissions: Verbs) {
  page.answer('GET /api/auth/me', () => Response.json({ permissions }));
  const routeTree = createRootRoute({ component: () => <Palette onClose={() => {}} />, notFoundComponent: () => null });
  const router = createRouter({ routeTree, history: createMemoryHistory() });
  page.show(<RouterProvider router={router as never} />);
  return router;
}

const options = () => screen.queryAllByRole('option').map((option) => option.firstChild?.textContent);
const find = async (text: string) => page.person.type(await screen.findByRole('combobox'), text);

test.each([
  ['register', desk, 'Register a patient', '/patients?register=true'],
  ['on call', nurse, 'On call', '/alerts/on-call'],
  ['second', nurse, 'Second step of sign-in', '/preferences/second-step'],
])('"%s" finds what is open to the person, and Enter goes there', async (typed, permissions, text, address) => {
  const router = show(permissions);

  await find(typed);
  await waitFor(() => expect(options()).toEqual([text]));
  await page.person.keyboard('{Enter}');

  await waitFor(() => expect(router.state.location.href).toBe(address));
});

test.each([
  ['register', nurse],
  ['on call', desk],
])('"%s" finds nothing for those to whom it is not open', async (typed, permissions) => {
  show(permissions);
  await waitFor(() => expect(options()).toContain('Patients'));

  await find(typed);

  await waitFor(() => expect(options()).toEqual([]));
});
