// @vitest-environment jsdom
import { screen, waitFor } from '@testing-library/react';
import type { OutboxEntry, OutboxState } from '@vagus/client';
import type { ReactNode } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import { forgetUnlessReturning } from '../../src/data/session/leaving';
import { outbox, session } from '../../src/data/session/session';
import { newThread } from '../../src/inbox/begin/newThread';
import { WaitingBeginnings } from '../../src/inbox/begin/WaitingBeginnings';
import type { DraftKeeper } from '../../src/inbox/composer/draftKeeper';
import { draftOf } from '../../src/inbox/composer/drafts';
import type { Outgoing } from '../../src/inbox/outgoing';
import { WaitingMessages } from '../../src/inbox/thread/WaitingMessages';
import { FormPage } from '../forms/formPage';

const page = FormPage.forEachTest();
const written = { name: 'Ana Ruiz', content: 'How is it?', attachments: [] };
const begins = { patientId: 'ana', subject: 'Your knee', category: 'general', priority: 'normal' } as const;
const isTakenBack = vi.fn();

afterEach(() => {
  vi.restoreAllMocks();
  isTakenBack.mockReset();
});

/** One message waits on this device; taking it back is answered when the test says so. */
function waits(about: Outgoing): (wasThere: boolean) => void {
  const request = { method: 'POST', address: '/' } as const;
  const entry: OutboxEntry = { id: '1', lane: 'one', request, madeAt: '', status: 'waiting', problem: null, about };
  const state: OutboxState = { status: 'ready', entries: [entry], lost: 0 };
  vi.spyOn(outbox, 'state', 'get').mockReturnValue(state);
  let answer!: (wasThere: boolean) => void;
  vi.spyOn(outbox, 'drop').mockReturnValue(new Promise((resolve) => (answer = resolve)));
  return answer;
}

const places: readonly [string, Outgoing, () => ReactNode, () => DraftKeeper][] = [
  [
    'a first message', { kind: 'beginning', ...written, begins }, () => <WaitingBeginnings onTakenBack={isTakenBack} />,
    () => newThread().keeper,
  ],
  [
    'a reply', { kind: 'reply', threadId: 't1', ...written }, () => <WaitingMessages threadId="t1" />,
    () => draftOf('t1', 'draft'),
  ],
];

test.each(places)('%s that is taken back while the session expires is in the draft of its author', async (_, about, place, draft) => {
  const answer = waits(about);
  forgetUnlessReturning(session.state);
  page.show(place());
  await page.press('Take back');

  await page.expire();
  forgetUnlessReturning(session.state);
  answer(true);

  await waitFor(() => expect(draft().text).toBe('How is it?'));
  await page.signIn();
  forgetUnlessReturning(session.state);
  expect(draft().text).toBe('How is it?');
  expect(isTakenBack).not.toHaveBeenCalled();
});

test.each(places)('%s that is taken back while somebody else signs in is no draft of that person', async (_, about, place, draft) => {
  const answer = waits(about);
  forgetUnlessReturning(session.state);
  page.show(place());
  await page.press('Take back');

  await page.changePerson();
  forgetUnlessReturning(session.state);
  answer(true);
  await vi.mocked(outbox.drop).mock.results[0]?.value;
  // Behind whatever the draft was asked to do by then.
  await draft().open();
  await draft().flush();

  expect(draft().text).toBe('');
  expect(isTakenBack).not.toHaveBeenCalled();
});

test('A first message that is taken back is shown where it is written', async () => {
  const answer = waits(places[0]![1]);
  page.show(places[0]![2]());
  await page.press('Take back');

  answer(true);

  await waitFor(() => expect(isTakenBack).toHaveBeenCalledOnce());
  expect(newThread().keeper.text).toBe('How is it?');
  expect(screen.queryByRole('alert')).toBeNull();
});

test('What went out in the moment in which it is taken back is no draft', async () => {
  const answer = waits(places[0]![1]);
  page.show(places[0]![2]());
  await page.press('Take back');

  answer(false);
  await vi.mocked(outbox.drop).mock.results[0]?.value;
  await newThread().keeper.open();
  await newThread().keeper.flush();

  expect(newThread().keeper.text).toBe('');
  expect(isTakenBack).not.toHaveBeenCalled();
});
