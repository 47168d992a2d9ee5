import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { NoAnswer } from '../../src/data/fhir/requests';
import { DraftChanged, DraftKeeper, type DraftStorage } from '../../src/inbox/composer/draftKeeper';
import type { Draft } from '../../src/inbox/messages';

/** The server's part of a draft, for several devices. */
class Server {
  draft: Draft = { content: '', version: 0 };
  away = false;
  saves: string[] = [];

  device(): DraftStorage {
    return {
      load: async () => {
        this.#mustBeThere();
        return this.draft;
      },
      save: async (content, version) => {
        this.#mustBeThere();
        if (version !== this.draft.version) throw new DraftChanged();
        this.draft = { content, version: version + 1 };
        this.saves.push(content);
        return this.draft;
      },
      remove: async (version) => {
        this.#mustBeThere();
        if (this.draft.version !== 0 && version !== this.draft.version) throw new DraftChanged();
        this.draft = { content: '', version: 0 };
      },
    };
  }

  #mustBeThere(): void {
    if (this.away) throw new TypeError('Failed to fetch');
  }
}

let server: Server;
const wanted = (content: string) => ({ content, cannedId: null, attachmentIds: [] });
const state = (keeper: DraftKeeper) => keeper.observable.value;

async function opened(): Promise<DraftKeeper> {
  const keeper = new DraftKeeper(server.device());
  await keeper.open();
  return keeper;
}

beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
});
afterEach(() => vi.useRealTimers());

describe('A draft', () => {
  test('is saved a moment after the last letter, once for many letters, and is there after a reload', async () => {
    const keeper = await opened();
    for (const text of ['D', 'De', 'Dear']) keeper.type(text);
    expect(state(keeper).status).toBe('unsaved');

    await vi.advanceTimersByTimeAsync(1_000);

    expect([server.saves, state(keeper).status]).toEqual([['Dear'], 'saved']);
    expect(state(await opened()).text).toBe('Dear');
  });

  test('that is typed while an older one is loaded is not overwritten: the person chooses', async () => {
    server.draft = { content: 'From the other device', version: 4 };
    const keeper = new DraftKeeper(server.device());
    const loading = keeper.open();
    keeper.type('Typed here');
    await loading;

    expect(state(keeper)).toEqual({ text: 'Typed here', status: 'conflict', theirs: 'From the other device' });
    keeper.choose('mine');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.draft.content).toBe('Typed here');
  });

  test('that another device has changed is shown beside this one', async () => {
    const [here, there] = [await opened(), await opened()];
    there.type('There');
    await there.flush();
    here.type('Here');
    await here.flush();

    expect(state(here)).toEqual({ text: 'Here', status: 'conflict', theirs: 'There' });
    here.choose('theirs');
    await vi.advanceTimersByTimeAsync(1_000);
    expect([state(here).text, state(here).status]).toEqual(['There', 'saved']);
  });

  test('that is emptied here takes away nothing that another device has saved since: the person chooses', async () => {
    const here = await opened();
    here.type('Here');
    await here.flush();
    const there = await opened();
    there.type('There');
    await there.flush();
    here.type('');
    await here.flush();

    expect(state(here)).toEqual({ text: '', status: 'conflict', theirs: 'There' });
    expect(server.draft.content).toBe('There');
    here.choose('mine');
    await vi.advanceTimersByTimeAsync(1_000);
    expect([server.draft.content, state(here).status]).toEqual(['', 'saved']);
  });

  test('stays on the screen while the server is away, says so, and is saved when it is back', async () => {
    const keeper = await opened();
    server.away = true;
    keeper.type('Text');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(state(keeper)).toMatchObject({ text: 'Text', status: 'failed' });

    server.away = false;
    await keeper.flush();

    expect([server.draft.content, state(keeper).status]).toEqual(['Text', 'saved']);
  });

  test('of a message that was sent is gone, and no save that was under way brings it back', async () => {
    const keeper = await opened();
    keeper.type('Message');
    void keeper.flush();
    await keeper.send(wanted('Message'), async () => {
      server.draft = { content: '', version: 0 };
    });
    await vi.advanceTimersByTimeAsync(5_000);

    expect([server.draft.content, state(keeper).text]).toEqual(['', '']);
    keeper.type('Next');
    await keeper.flush();
    expect(server.draft.content).toBe('Next');
  });

  test.each([['Message'], ['Message \n']])('that ends with space is gone with its message, sent as %j', async (content) => {
    const keeper = await opened();
    keeper.type('Message \n');
    await keeper.send(wanted(content), async () => {
      server.draft = { content: '', version: 0 };
    });
    await vi.advanceTimersByTimeAsync(5_000);

    expect([server.saves, state(keeper).text, state(keeper).status]).toEqual([[], '', 'saved']);
  });

  test('keeps the id of its message where nothing but space changes', async () => {
    const keeper = await opened();
    const ids: string[] = [];
    for (const text of ['Message', 'Message \n', 'Message, changed']) {
      const refused = async (id: string) => {
        ids.push(id);
        throw new Error('refused');
      };
      await keeper.send(wanted(text), refused).catch(() => undefined);
    }

    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  test('is neither saved nor loaded while its message is on its way', async () => {
    const keeper = await opened();
    keeper.type('Message');
    let end!: () => void;
    const sending = keeper.send(wanted('Message'), () => new Promise<void>((resolve) => (end = resolve)));
    await vi.advanceTimersByTimeAsync(0);
    await keeper.flush();
    await keeper.open();
    await vi.advanceTimersByTimeAsync(5_000);
    expect([server.saves, state(keeper).text]).toEqual([[], 'Message']);
    end();
    await sending;

    expect([server.saves, state(keeper).text, state(keeper).status]).toEqual([[], '', 'saved']);
  });

  test('is saved again when its message was not sent', async () => {
    const keeper = await opened();
    keeper.type('Message');
    await keeper.send(wanted('Message'), () => Promise.reject(new Error('refused'))).catch(() => undefined);
    await vi.advanceTimersByTimeAsync(1_000);

    expect([server.draft.content, keeper.sending.value.error?.message]).toEqual(['Message', 'refused']);
  });

  test('of a message without an answer is gone when the message is found to have arrived, and a corrected text stays', async () => {
    const keeper = await opened();
    keeper.type('First');
    await keeper.send(wanted('First'), () => Promise.reject(new NoAnswer(false, true))).catch(() => undefined);
    keeper.type('Corrected');
    await keeper.send(wanted('Corrected'), () => Promise.reject(new Error('refused'))).catch(() => undefined);
    const { unsure } = keeper.sending.value;
    expect(unsure?.content).toBe('First');
    keeper.arrived(unsure!.id);

    expect([keeper.sending.value.unsure, state(keeper).text]).toEqual([null, 'Corrected']);
  });

  test('keeps what was typed while its message was on its way', async () => {
    const keeper = await opened();
    keeper.type('Message');
    await keeper.send(wanted('Message'), async () => keeper.type('Message and more'));
    await vi.advanceTimersByTimeAsync(1_000);

    expect([state(keeper).text, server.draft.content]).toEqual(['Message and more', 'Message and more']);
  });

  test('that is emptied is removed', async () => {
    const keeper = await opened();
    keeper.type('Text');
    await keeper.flush();
    keeper.type('');
    await keeper.flush();

    expect(server.draft).toEqual({ content: '', version: 0 });
  });

  test('of a message that was taken back stands before what was typed since', async () => {
    const keeper = await opened();
    keeper.type('Second');
    await keeper.putBack('First');

    expect([state(keeper).text, server.draft.content]).toEqual(['First\n\nSecond', 'First\n\nSecond']);
  });

  test('of a message that was taken back while the server was away is not replaced by what the server has', async () => {
    const keeper = new DraftKeeper(server.device());
    server.away = true;
    await keeper.putBack('First');
    server.away = false;

    await keeper.open();
    await keeper.flush();

    expect([state(keeper).text, server.draft.content]).toEqual(['First', 'First']);
  });

  test('is saved by nobody after its author has left', async () => {
    const keeper = await opened();
    keeper.type('Secret');
    keeper.end();
    await vi.advanceTimersByTimeAsync(5_000);
    await keeper.flush();

    expect(server.saves).toEqual([]);
  });
});
