import type { MessageAttachment } from '@vagus/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Draft, DraftConflict } from '../src/data/draft';
import { isOtherPersons } from '../src/messages/OtherPersonsDraft';
import { blockOf } from '../src/messages/sendBlock';

interface Kept {
  content: string;
  version: number;
}

/** One draft on a server that keeps versions as ours does. */
class Server {
  kept: Kept = { content: '', version: 0 };
  isAway = false;
  isSignedOut = false;
  readonly requests: string[] = [];
  #next = 1;

  readonly fetch = async (_address: string, init: RequestInit = {}): Promise<Response> => {
    if (this.isAway) throw new TypeError('no network');
    if (this.isSignedOut) return Response.json({ code: 'signed_out' }, { status: 401 });
    this.requests.push(`${init.method} ${typeof init.body === 'string' ? init.body : ''}`.trim());
    if (init.method === 'GET') return Response.json(this.kept);
    if (init.method === 'DELETE') {
      this.kept = { content: '', version: 0 };
      return new Response(null, { status: 204 });
    }
    const { content, version } = JSON.parse(String(init.body)) as Kept;
    if (version !== this.kept.version) return Response.json({ code: 'stale_version' }, { status: 409 });
    return Response.json(this.save(content));
  };

  save(content: string): Kept {
    this.kept = { content, version: this.#next++ };
    return this.kept;
  }
}

let server: Server;
let draft: Draft;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('navigator', { onLine: true });
  server = new Server();
  draft = new Draft('/draft', server);
});

afterEach(() => {
  draft.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const state = () => draft.state.value;

test('What is typed is saved a moment after the last key, once', async () => {
  await draft.load();

  for (const content of ['a', 'ab', 'abc']) draft.change({ content });
  await vi.advanceTimersByTimeAsync(1_000);

  expect(server.kept.content).toBe('abc');
  expect(server.requests.filter((each) => each.startsWith('PUT'))).toHaveLength(1);
  expect(state().status).toBe('saved');
});

test('A draft of another device is shown where nothing was typed here', async () => {
  server.save('from the phone');

  await draft.load();

  expect(state()).toMatchObject({ status: 'saved', fields: { content: 'from the phone' } });
});

test('Text that was typed before the draft was known is not replaced: the person chooses', async () => {
  server.save('from the phone');
  draft.change({ content: 'typed here' });

  await draft.save();

  expect(state()).toMatchObject({ status: 'conflict', fields: { content: 'typed here' }, theirs: { content: 'from the phone' } });
  expect(server.kept.content).toBe('from the phone');
});

test('Both choices end a conflict', async () => {
  server.save('from the phone');
  draft.change({ content: 'typed here' });
  await draft.save();

  draft.keepMine();
  await vi.advanceTimersByTimeAsync(1_000);

  expect(server.kept.content).toBe('typed here');
  server.save('once more from the phone');
  draft.change({ content: 'typed here again' });
  await draft.save();
  draft.takeTheirs();
  expect(state()).toMatchObject({ status: 'saved', fields: { content: 'once more from the phone' } });
});

test('A draft that another device saved meanwhile is not overwritten', async () => {
  await draft.load();
  draft.change({ content: 'one' });
  await draft.save();
  server.save('two, from the phone');

  draft.change({ content: 'three' });
  await draft.save();

  expect(state()).toMatchObject({ status: 'conflict', theirs: { content: 'two, from the phone' } });
  expect(server.kept.content).toBe('two, from the phone');
});

test('Without a server the text stays and is saved when the server is back', async () => {
  await draft.load();
  server.isAway = true;
  draft.change({ content: 'in the tunnel' });
  await vi.advanceTimersByTimeAsync(1_000);

  expect(state().status).toBe('unsaved');
  server.isAway = false;
  await vi.advanceTimersByTimeAsync(6_000);
  expect(server.kept.content).toBe('in the tunnel');
});

test('After the end of the session the text stays, and the next sign-in saves it', async () => {
  await draft.load();
  server.isSignedOut = true;
  draft.change({ content: 'half a sentence' });
  await vi.advanceTimersByTimeAsync(20_000);

  expect(state()).toMatchObject({ status: 'unsaved', fields: { content: 'half a sentence' } });
  server.isSignedOut = false;
  await draft.save();
  expect(server.kept.content).toBe('half a sentence');
});

test('A message that was sent leaves no draft, and a save that was due does not bring it back', async () => {
  await draft.load();
  draft.change({ content: 'sent' });
  await draft.beginSending();
  draft.sent();
  server.kept = { content: '', version: 0 };

  await vi.advanceTimersByTimeAsync(10_000);

  expect(server.kept).toEqual({ content: '', version: 0 });
  expect(state().fields.content).toBe('');
});

test('The same text sent again has the same id, another text another one', () => {
  draft.change({ content: 'one' });
  const first = draft.clientMessageId();

  expect(draft.clientMessageId()).toBe(first);
  draft.change({ content: 'two' });
  expect(draft.clientMessageId()).not.toBe(first);
});

const photo = new File(['bytes'], 'rash.jpg');
const uploaded: MessageAttachment = { id: 'photo', fileName: 'rash.jpg', contentType: 'image/jpeg', size: 5, scan: 'clean' };

/** An upload that ends when the test says so. */
class SlowUpload {
  readonly #ends = new EventTarget();
  readonly #outcome = new Promise<MessageAttachment>((resolve, reject) => {
    this.#ends.addEventListener('arrived', () => resolve(uploaded));
    this.#ends.addEventListener('failed', () => reject(new TypeError('no network')));
  });

  readonly run = () => this.#outcome;
  readonly arrive = () => this.#ends.dispatchEvent(new Event('arrived'));
  readonly fail = () => this.#ends.dispatchEvent(new Event('failed'));
}

test('While a file is on its way the message cannot be sent, and then it has the file', async () => {
  const upload = new SlowUpload();
  const adding = draft.addFile(photo, upload.run);
  expect(blockOf(state())).toBe('attachment.wait');

  upload.arrive();

  expect(await adding).toBe(true);
  expect(blockOf(state())).toBeNull();
  expect(state().attachments).toEqual([uploaded]);
});

test('A file that arrives after the message was sent is not in the next message', async () => {
  const upload = new SlowUpload();
  const adding = draft.addFile(photo, upload.run);
  draft.sent();
  draft.change({ content: 'the next message' });
  upload.arrive();

  expect(await adding).toBe(false);
  expect(state()).toMatchObject({ attachments: [], uploads: [] });
});

test('An upload that fails names its file, and the others are still added', async () => {
  const failing = new SlowUpload();
  const first = draft.addFile(new File([], 'first.jpg'), failing.run);
  const second = draft.addFile(photo, () => Promise.resolve(uploaded));
  failing.fail();

  expect([await first, await second]).toEqual([false, true]);
  expect(state()).toMatchObject({ uploads: [], attachments: [uploaded], failedUploads: [{ fileName: 'first.jpg' }] });
});

test('A file alone makes a draft that of the person for whom it was added, and another device does not change that', async () => {
  await draft.load();
  await draft.addFile(photo, () => Promise.resolve(uploaded), 'mia');
  server.save('from the phone');
  await draft.load();

  expect(isOtherPersons(state(), 'ana')).toBe(true);
  expect(isOtherPersons(state(), 'mia')).toBe(false);
  draft.detach('photo');
  expect(isOtherPersons(state(), 'ana')).toBe(false);
});

test('A subject alone makes a draft that of the person for whom it was written', () => {
  draft.change({ subject: 'Her knee', patientId: 'mia' });

  expect(isOtherPersons(state(), 'ana')).toBe(true);
});

test('While a message is being sent nothing is saved, and after a failure the text is', async () => {
  await draft.load();
  draft.change({ content: 'on its way' });
  await draft.beginSending();
  await draft.save();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(server.kept.content).toBe('');

  draft.notSent();
  await vi.advanceTimersByTimeAsync(1_000);

  expect(server.kept.content).toBe('on its way');
});

test('What is loaded while the message is sent does not bring its text back', async () => {
  server.save('on its way');
  await draft.load();
  const loading = draft.load();
  while (server.requests.length < 2) await Promise.resolve();
  draft.sent();
  await loading;

  expect(state().fields.content).toBe('');
});

test('A message is not sent while another device holds another text', async () => {
  server.save('from the phone');
  draft.change({ content: 'typed here' });
  await draft.save();

  expect(blockOf(state())).toBe('draft.chooseFirst');
  await expect(draft.beginSending()).rejects.toBeInstanceOf(DraftConflict);
  draft.notSent();
  draft.keepMine();
  await vi.advanceTimersByTimeAsync(1_000);
  await draft.beginSending();
});

test('A message that is taken back comes with its files before what was typed since, without a question', async () => {
  await draft.load();
  draft.change({ content: 'typed since' });
  server.save('taken back');
  draft.restore('taken back', [uploaded]);
  await vi.advanceTimersByTimeAsync(3_000);

  expect(state()).toMatchObject({ status: 'saved', attachments: [uploaded] });
  expect(server.kept.content).toBe('taken back\n\ntyped since');
});

test('A message that is taken back while another one is sent is there afterwards', async () => {
  draft.change({ content: 'the second' });
  await draft.beginSending();
  draft.restore('the first', []);
  draft.sent();

  expect(state().fields.content).toBe('the first');
});

test('After its end a draft saves nothing, loads nothing and takes no file: the session may be the next person’s', async () => {
  await draft.load();
  server.isSignedOut = true;
  draft.change({ content: 'a secret of the first person' });
  await draft.save();
  const upload = new SlowUpload();
  const adding = draft.addFile(photo, upload.run);
  draft.stop();
  server.isSignedOut = false;
  server.requests.length = 0;

  await draft.save();
  await draft.load();
  draft.change({ content: 'more of it' });
  upload.arrive();
  await vi.advanceTimersByTimeAsync(20_000);

  expect(server.requests).toEqual([]);
  expect(await adding).toBe(false);
  expect(await draft.addFile(photo, upload.run)).toBe(false);
  await expect(draft.beginSending()).rejects.toMatchObject({ code: 'signed_out' });
});

test('A save that the end of the draft interrupts is not tried again', async () => {
  await draft.load();
  draft.change({ content: 'a secret of the first person' });
  server.save('from the phone');
  const saving = draft.save();
  draft.stop();
  await saving;
  await vi.advanceTimersByTimeAsync(20_000);

  expect(server.kept.content).toBe('from the phone');
});

test('A text that waits in the outbox is no draft, and what is typed then is no other text', async () => {
  let waiting = '';
  server.save('The first');
  draft = new Draft('/draft', server, (content) => content === waiting);
  await draft.load();
  expect(state().fields.content).toBe('The first');

  waiting = 'The first';
  draft.lookAtWaiting();
  expect(state().fields.content).toBe('');
  draft.handedOver();
  draft.change({ content: 'The second' });
  await vi.advanceTimersByTimeAsync(1_000);

  expect(state()).toMatchObject({ status: 'saved', theirs: null });
  expect(server.kept.content).toBe('The second');
});

test('After a message of the outbox has gone out, what was typed since is saved anew', async () => {
  await draft.load();
  draft.change({ content: 'The second' });
  await vi.advanceTimersByTimeAsync(1_000);
  // The server removes the draft of a thread with each message in it.
  server.kept = { content: '', version: 0 };

  draft.overtaken('The first');
  await vi.advanceTimersByTimeAsync(1_000);

  expect(state().status).toBe('saved');
  expect(server.kept.content).toBe('The second');
});

test('Nothing is saved anew where nothing was typed', async () => {
  await draft.load();
  draft.overtaken('The first');
  await vi.advanceTimersByTimeAsync(1_000);

  expect(server.requests.filter((request) => request.startsWith('PUT'))).toEqual([]);
});

test('A message that went out while its draft was being loaded does not come back as a draft', async () => {
  server.save('The first');
  await draft.load();

  draft.overtaken('The first');
  await draft.load();

  expect(state().fields.content).toBe('');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(server.requests.filter((request) => request.startsWith('PUT'))).toEqual([]);
});

test('A message for one person that is taken back over a text for another waits for a choice, and is not kept before', async () => {
  await draft.load();
  draft.change({ content: 'Leo has a cough.', subject: 'Cough', patientId: 'leo' });
  await vi.advanceTimersByTimeAsync(1_000);
  const before = server.requests.length;

  draft.restore('Mia has a rash.', [], { subject: 'Rash', category: 'medical_question', patientId: 'mia' });
  await vi.advanceTimersByTimeAsync(1_000);

  expect(state().fields).toMatchObject({ content: 'Rash\n\nMia has a rash.\n\nLeo has a cough.', subject: 'Cough', patientId: 'leo' });
  expect([isOtherPersons(state(), 'leo'), isOtherPersons(state(), 'mia')]).toEqual([true, true]);
  expect(server.requests.length).toBe(before);

  draft.addressTo('mia');
  await vi.advanceTimersByTimeAsync(1_000);

  expect(isOtherPersons(state(), 'mia')).toBe(false);
  expect(server.requests.at(-1)).toContain('"patientId":"mia"');
});

test('A message that is taken back over nothing is again about what it was about', async () => {
  await draft.load();

  draft.restore('Mia has a rash.', [], { subject: 'Rash', category: 'medical_question', patientId: 'mia' });

  expect(state()).toMatchObject({ isMixed: false, fields: { content: 'Mia has a rash.', subject: 'Rash', patientId: 'mia' } });
});
