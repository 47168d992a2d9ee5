import type { SessionState } from '@vagus/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { forgetUnlessReturning } from '../../src/data/session/leaving';
import { outbox, session } from '../../src/data/session/session';
import { begin, forgetNewThread, newThread, writeAgain } from '../../src/inbox/begin/newThread';
import type { Begins } from '../../src/inbox/messages';

const toAna: Begins = { patientId: 'ana', subject: 'Your knee', category: 'medical_question', priority: 'high' };

beforeEach(() => {
  vi.spyOn(outbox, 'state', 'get').mockReturnValue({ status: 'ready', entries: [], lost: 0 });
});

afterEach(() => {
  forgetNewThread();
  forgetUnlessReturning({ status: 'signed_out', because: 'asked' });
  vi.restoreAllMocks();
});

/** The server with this draft. */
function draftOnServer(draft: object): void {
  vi.spyOn(session, 'fetch').mockImplementation((_address, init) =>
    Promise.resolve(Response.json(init?.method === 'PUT' ? { ...JSON.parse(String(init.body)), version: 2 } : draft)),
  );
}

test('A first message that was taken back is the draft of a new thread again, with all that it was about', async () => {
  draftOnServer({ content: 'How is it?', version: 1, subject: 'Your knee', category: 'medical_question', patientId: 'ana' });

  await writeAgain(toAna, 'How is it?');

  const { about, keeper } = newThread();
  expect(keeper.text).toBe('How is it?');
  expect(about.value).toEqual({ ...toAna, colleagues: null });
});

test('Where a text for another patient has been begun both are kept, and the person has to say for whom they are', async () => {
  draftOnServer({ content: 'Your refill is ready.', version: 1, subject: 'Refill', category: 'prescription_refill', patientId: 'bo' });

  await writeAgain(toAna, 'How is it?');

  const { about, keeper } = newThread();
  expect(keeper.text).toBe('How is it?\n\nYour refill is ready.');
  expect(about.value.patientId).toBeNull();
});

/** Who is there from now on. */
function become(state: SessionState): void {
  vi.spyOn(session, 'state', 'get').mockReturnValue(state);
  forgetUnlessReturning(state);
}

const person = (id: string): SessionState => ({ status: 'signed_in', user: { id, email: '', displayName: '', role: 'nurse' } });

test.each<[string, SessionState, string]>([
  ['its author, whose session has expired', { status: 'signed_out', because: 'expired' }, 'How is it?'],
  ['nobody else who signs in', person('lee'), ''],
])('A first message whose draft is read while the person changes is the draft of %s', async (_, next, text) => {
  become(person('kim'));
  const answers: (() => void)[] = [];
  vi.spyOn(session, 'fetch').mockImplementation(() => new Promise((__, reject) => answers.push(() => reject(new Error('signed out')))));
  const writing = writeAgain(toAna, 'How is it?');
  await vi.waitFor(() => expect(answers).toHaveLength(1));

  become(next);
  answers[0]?.();
  vi.mocked(session.fetch).mockRejectedValue(new Error('signed out'));
  const said = await writing;

  expect([newThread().keeper.text, said !== null]).toEqual([text, text !== '']);
});

test('A first message that is taken back while another one is on its way is still there when that one has gone', async () => {
  draftOnServer({ content: '', version: 0 });
  const { keeper } = newThread();
  await keeper.open();
  keeper.type('Your refill is ready.\n');

  await begin(newThread(), keeper.text, async () => {
    await writeAgain(toAna, 'How is it?');
    return 'sent';
  });

  expect(newThread().keeper.text).toContain('How is it?');
});

test('Once the first message has gone the next thread begins empty', async () => {
  draftOnServer({ content: '', version: 0 });
  const { keeper } = newThread();
  await keeper.open();
  keeper.type('Your refill is ready.\n');

  await begin(newThread(), keeper.text, async () => 'sent');
  await keeper.flush();

  expect(newThread().keeper.text).toBe('');
  expect(vi.mocked(session.fetch).mock.calls.filter(([, init]) => init?.method === 'PUT')).toEqual([]);
});

test('So it is where the message that was taken back has no subject', async () => {
  draftOnServer({ content: 'Your refill is ready.', version: 1, subject: 'Refill', category: 'prescription_refill', patientId: 'bo' });

  await writeAgain({ ...toAna, subject: null }, 'How is it?');

  expect(newThread().about.value).toMatchObject({ patientId: null, subject: '' });
});

test.each([['How is it?'], ['How is it? \n']])('What waits on this device is no draft, though the server still has %j', async (content) => {
  const about = { kind: 'beginning', name: 'Ana Ruiz', content: 'How is it?', attachments: [], begins: toAna };
  const request = { method: 'POST', address: '/' } as const;
  const waits = { id: '1', lane: 'new', request, madeAt: '', status: 'waiting', problem: null, about } as const;
  vi.spyOn(outbox, 'state', 'get').mockReturnValue({ status: 'ready', entries: [waits], lost: 0 });
  draftOnServer({ content, version: 1, subject: 'Your knee', category: 'medical_question', patientId: 'ana' });

  await newThread().keeper.open();

  expect(newThread().keeper.text).toBe('');
  expect(newThread().about.value.patientId).toBeNull();
});

test('A text for colleagues about a patient is not put together with one for the patient without asking for whom they are', async () => {
  draftOnServer({ content: 'Your refill is ready.', version: 1, subject: 'Refill', category: 'prescription_refill', patientId: 'ana' });

  await writeAgain({ ...toAna, category: null, participants: ['user-2'] }, 'She sounds confused.');

  expect(newThread().about.value.patientId).toBeNull();
});

test('The draft of a text for colleagues names no patient on the server', async () => {
  draftOnServer({ content: '', version: 0 });
  const { about, keeper } = newThread();
  await keeper.open();
  newThread().change({ patientId: 'ana', colleagues: ['user-2'], subject: 'Ana' });

  keeper.type('She sounds confused.');
  await keeper.flush();

  const [, init] = vi.mocked(session.fetch).mock.calls.findLast(([, given]) => given?.method === 'PUT')!;
  expect(JSON.parse(String(init?.body))).toEqual({ content: 'She sounds confused.', version: 0, subject: 'Ana' });
  expect(about.value.colleagues).toEqual(['user-2']);
});

test('A new message that is opened from a patient is for that patient, where nothing was written yet', async () => {
  draftOnServer({ content: '', version: 0 });

  await newThread().startFor('cy');

  expect(newThread().about.value.patientId).toBe('cy');
});

test('A text that was written for one patient stays theirs when the new message is opened from another', async () => {
  draftOnServer({ content: 'Your refill is ready.', version: 1, subject: 'Refill', category: 'prescription_refill', patientId: 'bo' });

  await newThread().startFor('cy');

  expect(newThread().about.value).toMatchObject({ patientId: 'bo', subject: 'Refill' });
});

test('A patient who was chosen before the draft was read does not get the text of another one', async () => {
  draftOnServer({ content: 'Your refill is ready.', version: 1, subject: 'Refill', category: 'prescription_refill', patientId: 'bo' });
  newThread().choose({ patientId: 'cy' });

  await newThread().keeper.open();

  expect(newThread().about.value.patientId).toBeNull();
});

test('Another patient is saved with the text, though no letter of it changes', async () => {
  draftOnServer({ content: 'Your refill is ready.', version: 1, subject: 'Refill', category: 'prescription_refill', patientId: 'bo' });
  await newThread().keeper.open();

  newThread().choose({ patientId: 'cy' });
  await newThread().keeper.flush();

  const saved = vi.mocked(session.fetch).mock.calls.filter(([, init]) => init?.method === 'PUT');
  expect(saved.map(([, init]) => JSON.parse(String(init?.body)) as object)).toEqual([
    expect.objectContaining({ content: 'Your refill is ready.', patientId: 'cy' }),
  ]);
});
