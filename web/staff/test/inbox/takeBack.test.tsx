// @vitest-environment jsdom
import { screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { TakeBack } from '../../src/inbox/thread/TakeBack';
import { FormPage } from '../forms/formPage';
import { someMessage } from './someThread';

const page = FormPage.forEachTest();
const message = someMessage(3);
const address = `POST /api/messages/${message.id}/retraction`;

test('A message is taken back with a reason, and not without one', async () => {
  page.answer(address, () => Response.json({ ...message, status: 'retracted', content: null }));
  page.show(<TakeBack message={message} />);
  await page.press('Take back…');
  await page.press('Take back');
  await screen.findByText('Write why. Nothing was taken back.');

  await page.person.type(await screen.findByRole('textbox', { name: 'Reason' }), 'Meant for another patient');
  await page.press('Take back');

  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  const sent = page.sent.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body));
  expect(sent).toEqual([{ reason: 'Meant for another patient' }]);
});

test('Where it is refused the dialog says so and keeps the reason', async () => {
  page.answer(address, () => Response.json({ code: 'forbidden', title: 'x' }, { status: 403 }));
  page.show(<TakeBack message={message} />);
  await page.press('Take back…');
  await page.person.type(await screen.findByRole('textbox', { name: 'Reason' }), 'Wrong');

  await page.press('Take back');

  await screen.findByRole('alert');
  expect((await screen.findByRole<HTMLInputElement>('textbox', { name: 'Reason' })).value).toBe('Wrong');
});
