// @vitest-environment jsdom
import { act, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { Dialog } from '../../src/ui/Dialog';
import { urgentLine } from '../../src/ui/urgentLine';
import { FormPage } from './formPage';

const page = FormPage.forEachTest();
afterEach(() => urgentLine.set(null));

test('A critical alert that comes while a dialog is open stands in it, and leads from it to the alert', async () => {
  const done: string[] = [];
  page.show(
    <Dialog title="Book" opened onClose={() => done.push('closed')}>
      <p>Form</p>
    </Dialog>,
  );
  await screen.findByText('Form');
  expect(screen.queryByText('Critical')).toBeNull();

  act(() => urgentLine.set({ id: 'a1', text: 'Potassium = 6.9 mmol/L · Kenji Chen', open: () => done.push('alert') }));
  await screen.findByText(/Potassium = 6.9 mmol\/L · Kenji Chen/);
  await page.press('Close this and open the alert');

  expect(done).toEqual(['closed', 'alert']);
});

test('The dialog of an alert does not repeat its own', async () => {
  urgentLine.set({ id: 'a1', text: 'Potassium', open: () => {} });
  page.show(
    <Dialog title="Critical alert" opened onClose={() => {}} alertId="a1">
      <p>Facts</p>
    </Dialog>,
  );
  await screen.findByText('Facts');

  expect(screen.queryByText(/Potassium/)).toBeNull();
});
