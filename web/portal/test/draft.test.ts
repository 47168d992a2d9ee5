import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Draft } from '../src/data/draft';

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
  await draft.settle();
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
