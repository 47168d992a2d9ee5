// @vitest-environment jsdom
import { screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { BulkBar, selectionText } from '../../src/inbox/queues/BulkBar';
import { FormPage } from '../forms/formPage';
import { someThread } from './someThread';

const page = FormPage.forEachTest();
const idsOf = (count: number) => Array.from({ length: count }, (_, index) => `thread-${index}`);

test('Of more than a hundred selected threads the others stay selected, and rows that are not shown are not changed', async () => {
  page.answer('POST /api/patient-messages/threads/bulk', ({ body }) =>
    Response.json({ results: JSON.parse(body).threadIds.map((id: string) => ({ id, ok: true, error: null })) }),
  );
  let left: ReadonlySet<string> = new Set();
  const shown = idsOf(102).map((id) => someThread({ id }));
  page.show(<BulkBar ids={new Set(['hidden', ...idsOf(102)])} threads={shown} onDone={(ids) => (left = ids)} />);
  expect(screen.getByText('103 selected · 1 of them not shown and not changed · 100 changed at once, 2 stay selected')).toBeTruthy();

  await page.press('Close');

  await waitFor(() => expect([...left]).toEqual(['hidden', 'thread-100', 'thread-101']));
  expect(JSON.parse(page.changes()[0]!.body).threadIds).toEqual(idsOf(100));
});

test('A small selection on screen is only counted', () => {
  expect(selectionText(3, 3)).toBe('3 selected');
});
