// @vitest-environment jsdom
import { useQuery } from '@tanstack/react-query';
import { act, cleanup, screen, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, test } from 'vitest';
import { Composer } from '../../src/inbox/composer/Composer';
import { filesOf } from '../../src/inbox/composer/useFiles';
import type { Thread } from '../../src/inbox/messages';
import { FormPage, pending } from '../forms/formPage';
import { someMessage, someThread } from './someThread';

const page = FormPage.forEachTest();
const base = '/api/patient-messages/threads/';
const noDraft = () => Response.json({ content: '', version: 0 });
let thread: Thread;
let count = 0;

const field = (name = 'Message to the patient') => screen.findByRole<HTMLTextAreaElement>('textbox', { name: new RegExp(name) });
const posted = () =>
  page.sent.filter(({ method, path }) => method === 'POST' && path.endsWith('/messages')).map(({ body }) => JSON.parse(body));

function answerDrafts(id: string): void {
  for (const kind of ['draft', 'note-draft']) {
    page.answer(`GET ${base}${id}/${kind}`, noDraft);
    page.answer(`PUT ${base}${id}/${kind}`, ({ body }) => Response.json({ ...JSON.parse(body), version: 1 }));
    page.answer(`DELETE ${base}${id}/${kind}`, () => new Response(null, { status: 204 }));
  }
}

/** What the page beside the composer has loaded. */
function Watching({ id, onRead }: { id: string; onRead: (what: string) => void }) {
  const read = (what: string) => async () => {
    onRead(what);
    return what === 'held' ? [] : null;
  };
  useQuery({ queryKey: ['inbox', 'thread', id], queryFn: read('thread') });
  useQuery({ queryKey: ['inbox', 'held', id], queryFn: read('held') });
  return null;
}

beforeEach(() => {
  thread = someThread({ id: `thread-${(count += 1)}` });
  answerDrafts(thread.id);
  page.answer(`POST ${base}${thread.id}/messages`, () => Response.json(someMessage(2, { threadId: thread.id }), { status: 201 }));
  page.answer('GET /api/messages/recipients', () => Response.json({ items: [] }));
});

describe('A note', () => {
  test('has another label and button than a reply, keeps its own text, and is sent as a note and nothing else', async () => {
    page.show(<Composer thread={thread} lastSeen={1} />);
    await page.person.type(await field(), 'For the patient');
    await page.press(/Internal note/);
    expect((await field('Note for staff')).value).toBe('');
    expect(screen.queryByRole('button', { name: 'Send to patient' })).toBeNull();

    await page.person.type(await field('Note for staff'), 'For staff');
    await page.press('Save note');
    await waitFor(() => expect(posted()).toEqual([expect.objectContaining({ content: 'For staff', isInternalNote: true })]));

    await page.press(/Reply to patient/);
    expect((await field()).value).toBe('For the patient');
  });

  test('is saved by Ctrl Enter as a note too', async () => {
    page.show(<Composer thread={thread} lastSeen={1} />);
    await page.press(/Internal note/);
    await page.person.type(await field('Note for staff'), 'For staff{Control>}{Enter}{/Control}');

    await waitFor(() => expect(posted()).toEqual([expect.objectContaining({ isInternalNote: true })]));
  });
});

describe('A mention', () => {
  test('goes with the note, to the colleagues who were chosen', async () => {
    const ben = { kind: 'person', name: 'Ben Cole', role: 'nurse', userId: 'user-2' };
    page.answer('GET /api/messages/recipients', () => Response.json({ items: [ben] }));
    page.show(<Composer thread={thread} lastSeen={1} />);
    await page.press(/Internal note/);
    await page.person.type(await field('Note for staff'), 'Please look');
    await page.choose('Mention colleagues', /Ben Cole/);
    await page.press('Save note');

    await waitFor(() => expect(posted()).toEqual([expect.objectContaining({ isInternalNote: true, mentions: ['user-2'] })]));
  });

  test('stays with its note while another thread is on screen', async () => {
    const grace = { kind: 'person', userId: 'grace', name: 'Grace Mbeki', role: 'nurse' };
    page.answer('GET /api/messages/recipients', () => Response.json({ items: [grace] }));
    page.show(<Composer thread={thread} lastSeen={1} />);
    await page.press(/Internal note/);
    await page.person.type(await field('Note for staff'), 'Please call');
    await page.choose('Mention colleagues', /Grace Mbeki/);
    cleanup();

    page.show(<Composer thread={thread} lastSeen={1} />);
    await page.press(/Internal note/);
    await page.person.type(await field('Note for staff'), ' today');
    await page.press('Save note');

    await waitFor(() => expect(posted()).toEqual([expect.objectContaining({ mentions: ['grace'] })]));
  });
});

describe('A reply', () => {
  test('says whom it goes to, and how far its author had seen', async () => {
    page.show(<Composer thread={thread} lastSeen={7} />);
    expect(screen.getByText('Ana Ruiz').parentElement?.textContent).toContain('MRN 100058');
    await page.person.type(await field(), 'It is ready');
    await page.press('Send to patient');

    await waitFor(() => expect(posted()).toHaveLength(1));
    expect(posted()[0]).toEqual({ content: 'It is ready', lastSeenSequence: 7, clientMessageId: expect.any(String) });
    await waitFor(async () => expect((await field()).value).toBe(''));
  });

  test('with something unfilled is not sent: the place is named and selected', async () => {
    page.show(<Composer thread={thread} lastSeen={1} />);
    await page.person.type(await field(), 'Your [[which medicine] is ready');
    await page.press('Send to patient');

    await screen.findByText('[which medicine]');
    const { selectionStart, selectionEnd } = await field();
    expect([selectionStart, selectionEnd, posted()]).toEqual([5, 21, []]);
  });

  test('is kept when the server does not answer, and its second attempt bears the same id', async () => {
    page.answer(`POST ${base}${thread.id}/messages`, () => Promise.reject(new TypeError('Failed to fetch')));
    page.show(<Composer thread={thread} lastSeen={1} />);
    await page.person.type(await field(), 'Hello');
    await page.press('Send to patient');
    await screen.findByText(/it is not sent twice/);
    expect((await field()).value).toBe('Hello');

    await page.press('Send to patient');
    await waitFor(() => expect(posted()).toHaveLength(2));

    expect(posted()[0].clientMessageId).toBe(posted()[1].clientMessageId);
  });

  test('that is on its way is not sent a second time after looking at the notes', async () => {
    const answer = pending();
    page.answer(`POST ${base}${thread.id}/messages`, answer.answer);
    page.show(<Composer thread={thread} lastSeen={1} />);
    await page.person.type(await field(), 'Hello');
    await page.press('Send to patient');
    await waitFor(() => expect(posted()).toHaveLength(1));
    await page.press(/Internal note/);
    await page.press(/Reply to patient/);
    await page.person.type(await field(), '{Control>}{Enter}{/Control}');
    answer.end(Response.json(someMessage(2, { threadId: thread.id }), { status: 201 }));

    await waitFor(async () => expect((await field()).value).toBe(''));
    expect(posted()).toHaveLength(1);
  });

  test('without an answer keeps its id after looking at the notes, and loads the thread and what waits', async () => {
    page.answer(`POST ${base}${thread.id}/messages`, () => Promise.reject(new TypeError('Failed to fetch')));
    const reads: string[] = [];
    page.show(<Watching id={thread.id} onRead={(what) => reads.push(what)} />);
    page.show(<Composer thread={thread} lastSeen={1} />);
    await waitFor(() => expect(reads).toHaveLength(2));
    await page.person.type(await field(), 'Hello');
    await page.press('Send to patient');
    await screen.findByText(/it is not sent twice/);
    await waitFor(() => expect(reads.toSorted()).toEqual(['held', 'held', 'thread', 'thread']));
    await page.press(/Internal note/);
    await page.press(/Reply to patient/);
    await page.press('Send to patient');
    await waitFor(() => expect(posted()).toHaveLength(2));

    expect(posted()[0].clientMessageId).toBe(posted()[1].clientMessageId);
  });

  test('that is corrected after no answer says that the first text may have arrived', async () => {
    page.answer(`POST ${base}${thread.id}/messages`, () => Promise.reject(new TypeError('Failed to fetch')));
    page.show(<Composer thread={thread} lastSeen={1} />);
    await page.person.type(await field(), 'Take 50 mg');
    await page.press('Send to patient');
    await screen.findByText(/it is not sent twice/);
    expect(screen.queryByText(/may have arrived/)).toBeNull();
    await page.person.type(await field(), ' daily');

    await screen.findByText(/may have arrived/);
  });

  test('that somebody was faster than shows what is new, and goes out when its author has read that', async () => {
    const newer = { code: 'newer_messages', title: 'x', messages: [someMessage(2, { content: 'Please hurry' })], lastSequence: 2 };
    page.answer(`POST ${base}${thread.id}/messages`, ({ body }) =>
      JSON.parse(body).lastSeenSequence < 2
        ? Response.json(newer, { status: 409 })
        : Response.json(someMessage(3, { threadId: thread.id }), { status: 201 }),
    );
    page.show(<Composer thread={thread} lastSeen={1} />);
    await page.person.type(await field(), 'Hello');
    await page.press('Send to patient');
    await screen.findByText(/Please hurry/);

    await page.press('Send mine all the same');

    await waitFor(async () => expect((await field()).value).toBe(''));
    expect(posted().map(({ lastSeenSequence }) => lastSeenSequence)).toEqual([1, 2]);
  });

  test('that is half written never shows in another thread', async () => {
    const other = someThread({ id: `thread-${(count += 1)}`, patient: { id: 'p-2', name: 'Ben Carter', birthDate: null, mrn: null } });
    answerDrafts(other.id);
    page.show(<Composer thread={thread} lastSeen={1} />);
    await page.person.type(await field(), 'For Ana');
    page.show(<Composer key={other.id} thread={other} lastSeen={1} />);

    const fields = await screen.findAllByRole<HTMLTextAreaElement>('textbox', { name: /Message to the patient/ });

    expect(fields.map(({ value }) => value)).toEqual(['For Ana', '']);
  });

  test('keeps its files while another thread is on screen, and gets those of a message that was taken back', async () => {
    const attachment = { id: 'file-1', fileName: 'plan.pdf', contentType: 'application/pdf', size: 4, scan: 'clean' as const };
    page.answer('POST /api/patient-messages/attachments', () => Response.json(attachment, { status: 201 }));
    page.show(<Composer thread={thread} lastSeen={1} />);
    await field();
    await page.person.upload(document.querySelector<HTMLInputElement>('input[type=file]')!, new File(['plan'], 'plan.pdf'));
    await screen.findByText('plan.pdf');
    cleanup();
    page.show(<Composer thread={thread} lastSeen={1} />);
    await screen.findByText('plan.pdf');
    act(() => filesOf(thread.id).putBack([{ ...attachment, id: 'file-2', fileName: 'letter.pdf' }, attachment]));

    await page.press('Send to patient');

    await waitFor(() => expect(posted()[0]?.attachmentIds).toEqual(['file-2', 'file-1']));
    await waitFor(() => expect(screen.queryByText('plan.pdf')).toBeNull());
  });
});
