// @vitest-environment jsdom
import { screen, waitFor } from '@testing-library/react';
import { useEffect } from 'react';
import { beforeEach, describe, expect, test } from 'vitest';
import { sendJson } from '../../src/data/care/requests';
import { forgetPerson } from '../../src/data/session/leaving';
import { download } from '../../src/inbox/ask';
import { draftOf, forgetDrafts } from '../../src/inbox/composer/drafts';
import { NoteForm } from '../../src/inbox/composer/NoteForm';
import type { Thread } from '../../src/inbox/messages';
import { ThreadHeader } from '../../src/inbox/thread/ThreadHeader';
import { useChangeConflict, useUndoable } from '../../src/inbox/threadActions';
import { ActionFailure } from '../../src/ui/ActionFailure';
import { forgetOutcomes, useOutcomes } from '../../src/ui/outcomes';
import { useAction } from '../../src/ui/useAction';
import { FormPage, pending } from './formPage';
import { someThread } from '../inbox/someThread';

const page = FormPage.forEachTest();
const threads = '/api/patient-messages/threads';
const refused = (status: number, code: string) => Response.json({ code, title: 'No' }, { status });

let told: string[];

beforeEach(() => {
  told = [];
  forgetOutcomes();
  forgetPerson();
});

/** Hears all that stands on top of the page. */
function Told() {
  const outcomes = useOutcomes().map(({ title }) => title);
  const [undoable, conflict] = [useUndoable(), useChangeConflict()];
  const threadsOf = [undoable?.text, undoable?.thread.patient?.name, conflict && `conflict: ${conflict.thread.patient?.name}`];
  const text = [...outcomes, ...threadsOf].filter(Boolean).join(' ');
  useEffect(() => {
    if (text !== '') told.push(text);
  }, [text]);
  return null;
}

function header(thread: Thread) {
  return (
    <ThreadHeader key={thread.id} thread={thread} now={0} onAssign={() => {}} onBack={() => {}} onPatient={null} isPatientShown={false} />
  );
}

describe('What is answered to a change of a thread after another person has signed in', () => {
  test.each([
    ['succeeds', () => Response.json(someThread({ id: 'hers', status: 'closed', version: 2 }))],
    ['fails', () => refused(500, 'failed')],
    ['finds that a colleague was first', () => refused(409, 'stale_version')],
  ])('is neither told nor offered to be taken back where it %s', async (_, answer) => {
    const hers = someThread({ id: 'hers' });
    const his = someThread({ id: 'his', patient: { id: 'p-2', name: 'Bo Lind' } as Thread['patient'] });
    const late = pending();
    page.answer(`PUT ${threads}/hers`, late.answer);
    page.answer(`GET ${threads}/hers`, () => Response.json({ thread: hers, messages: [], nextCursor: null }));
    page.answer(`PUT ${threads}/his`, () => Response.json({ ...his, status: 'closed', version: 2 }));
    page.show(<>{header(hers)}<section aria-label="next">{header(his)}</section><Told /></>);
    const [closeHers, closeHis] = screen.getAllByRole('button', { name: 'Close' });

    await page.person.click(closeHers!);
    await waitFor(() => expect(page.changes().length).toBe(1));
    await page.changePerson();
    late.end(answer());
    await page.person.click(closeHis!);

    await waitFor(() => expect(told.at(-1)).toBe('Closed Bo Lind'));
    expect(told).toEqual(['Closed Bo Lind']);
    expect(page.sent.filter(({ method, path }) => method === 'GET' && path.endsWith('/hers'))).toEqual([]);
  });
});

describe('An action whose answer comes after another person has signed in', () => {
  test.each([
    ['success', () => Response.json({})],
    ['refusal', () => refused(422, 'no')],
  ])('is not told to that person: %s', async (_, answer) => {
    const happened: string[] = [];
    function Action() {
      const action = useAction<string, unknown>({
        run: (name) => sendJson('POST', `/api/${name}`, {}),
        done: () => 'done',
        about: (name) => name,
        onSuccess: (_result, name) => happened.push(`${name} succeeded`),
        thenHere: (_result, name) => happened.push(`${name} here`),
        onError: (_error, name) => happened.push(`${name} failed`),
      });
      return (
        <>
          <button onClick={() => action.mutate('hers')}>Hers</button>
          <button onClick={() => action.mutate('his')}>His</button>
          {action.error && <ActionFailure done="done" error={action.error} />}
        </>
      );
    }
    const late = pending();
    page.answer('POST /api/hers', late.answer);
    page.answer('POST /api/his', () => Response.json({}));
    page.show(<Action />);

    await page.press('Hers');
    await page.changePerson();
    late.end(answer());
    await page.press('His');

    await waitFor(() => expect(happened).toEqual(['his succeeded', 'his here']));
    expect(screen.queryByRole('alert')).toBeNull();
  });
});

test('A file that has begun to arrive does not come to the next person', async () => {
  let body!: ReadableStreamDefaultController<Uint8Array>;
  const stream = new ReadableStream<Uint8Array>({ start: (controller) => void (body = controller) });
  page.answer('GET /api/files/hers', () => new Response(stream));
  page.answer('GET /api/files/his', () => new Response('his'));
  const came: string[] = [];
  const load = (name: string) => download(`/api/files/${name}`).then(() => came.push(name));

  void load('hers');
  await waitFor(() => expect(page.sent.length).toBe(1));
  await page.changePerson();
  body.close();
  await load('his');

  expect(came).toEqual(['his']);
});

test('A note that is saved after its author was signed out by time is no draft any more when the author returns', async () => {
  const thread = someThread({ id: 'noted' });
  const late = pending();
  page.answer(`GET ${threads}/noted/note-draft`, () => Response.json({ content: '', version: 0 }));
  page.answer(`POST ${threads}/noted/messages`, late.answer);
  const keeper = draftOf('noted', 'note-draft');
  keeper.type('Call her back');
  page.show(<><NoteForm thread={thread} /><Told /></>);

  await page.press('Save note');
  await waitFor(() => expect(page.changes().some(({ path }) => path.endsWith('/messages'))).toBe(true));
  await page.expire();
  late.end(Response.json({ id: 'n-1', kind: 'note', threadId: 'noted' }, { status: 201 }));

  await waitFor(() => expect(keeper.text).toBe(''));
  expect(keeper.sending.value.isSending).toBe(false);
  expect(told).toEqual([]);
  forgetDrafts();
});
