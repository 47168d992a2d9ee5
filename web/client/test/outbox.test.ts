import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { NotKept, Problem } from '../src/index';
import { eventually } from './eventually';
import { OutboxDevice, type Page } from './outboxDevice';

let device: OutboxDevice;

beforeEach(() => {
  device = new OutboxDevice();
});

afterEach(() => device.dispose());

async function ready(person: string): Promise<Page> {
  const page = device.open(person);
  await eventually(() => page.outbox.state.status === 'ready', 'the key');
  return page;
}

function problem(status: number, code: string): () => Response {
  return () => Response.json({ title: 'No', code }, { status });
}

async function backOnline(page: Page): Promise<void> {
  device.isOnline = true;
  page.outbox.sendNow();
  const isDecided = () => page.outbox.state.entries.every(({ status }) => status !== 'waiting' && status !== 'sending');
  await eventually(isDecided, 'the writes to go out');
}

describe('With a network', () => {
  test('A write is sent at once and nothing of it is kept', async () => {
    const page = await ready('ana');

    const submitted = await page.write('Hello');

    expect(submitted).toMatchObject({ status: 'sent', answer: { taken: device.taken[0] } });
    expect((await device.stored()).count).toBe(0);
  });

  test('A refusal is thrown and kept nowhere', async () => {
    const page = await ready('ana');
    device.answers.push(problem(422, 'too_long'));

    await expect(page.write('Too long')).rejects.toMatchObject({ status: 422, code: 'too_long' } satisfies Partial<Problem>);

    expect(page.texts()).toEqual([]);
  });

  test('A write without an answer waits, and goes out again with the same key of repetition', async () => {
    const page = await ready('ana');
    device.answers.push(() => Promise.reject(new TypeError('The line broke.')));

    expect((await page.write('Did it arrive?')).status).toBe('waiting');
    await backOnline(page);

    expect(device.requests.map(({ id }) => id)).toEqual([device.taken[0], device.taken[0]]);
    expect(device.taken).toHaveLength(1);
  });

  test('Two writes of one lane go out one after the other', async () => {
    const page = await ready('ana');
    const answers: ((response: Response) => void)[] = [];
    device.answers.push(() => new Promise((resolve) => answers.push(resolve)));

    const both = [page.write('First'), page.write('Second')];
    await eventually(() => answers.length === 1, 'the first request');
    answers[0]?.(Response.json({}));
    await Promise.all(both);

    expect(device.requests.map(({ body }) => (body as { text: string }).text)).toEqual(['First', 'Second']);
  });
});

describe('Without a network', () => {
  test('Writes survive a reload and the end of the session, and go out once and in order', async () => {
    const first = await ready('ana');
    device.isOnline = false;
    for (const text of ['One', 'Two', 'Three']) await first.write(text);
    expect(first.texts()).toEqual(['One: waiting', 'Two: waiting', 'Three: waiting']);
    first.become(null);
    expect(first.texts()).toEqual([]);
    first.leave();

    const second = device.open('ana');
    await backOnline(second);

    await eventually(() => device.taken.length === 3, 'the writes');
    expect(device.requests.map(({ body }) => (body as { text: string }).text)).toEqual(['One', 'Two', 'Three']);
    expect((await device.stored()).count).toBe(0);
  });

  test.each([[2, 2], [25, 3]])('%i tabs send what waits once and in order, which %i of them wrote', async (count, writing) => {
    const tabs: Page[] = [];
    while (tabs.length < count) tabs.push(await ready('ana'));
    device.isOnline = false;
    const texts = Array.from({ length: writing }, (_, index) => `From tab ${index}`);
    for (const [index, text] of texts.entries()) await tabs[index]?.write(text);
    await eventually(() => tabs.every((tab) => tab.texts().length === writing), 'each tab to see what all of them wrote', 30_000);

    device.isOnline = true;
    for (const tab of tabs) tab.outbox.sendNow();

    await eventually(() => tabs.every((tab) => tab.texts().length === 0), 'all tabs to be empty', 30_000);
    expect(device.requests.map(({ body }) => (body as { text: string }).text)).toEqual(texts);
  }, 70_000);

  test('Nothing that can be read lies on the device, and the length tells nothing of a short text', async () => {
    const page = await ready('ana');
    device.isOnline = false;
    await page.write('I have a rash', 'thread-of-ana');
    await page.write('No');

    const { count, texts } = await device.stored();

    expect(count).toBe(2);
    expect(texts.join(' ')).not.toMatch(/rash|thread-|messages|POST|waiting/);
    expect(new Set(texts.map((text) => text.length)).size).toBe(1);
  });

  test('For another person it is gone, and is not sent in her name', async () => {
    const ana = await ready('ana');
    device.isOnline = false;
    await ana.write('Only from Ana');
    device.isOnline = true;
    ana.become('bo');
    await eventually(() => ana.outbox.state.status === 'ready', 'the key of the other person');

    expect(ana.texts()).toEqual([]);
    expect(ana.outbox.state.lost).toBe(0);
    expect((await device.stored()).count).toBe(0);
    expect(device.requests).toEqual([]);
  });

  test('What hangs while the next person signs in is neither kept for that person nor sent in that name', async () => {
    const hangUps: ((cause: unknown) => void)[] = [];
    device.answers.push(() => new Promise((_, reject) => hangUps.push(reject)));
    const page = await ready('ana');
    const written = Promise.allSettled([page.write('Hers.'), page.write('Hers, too.')]);
    await eventually(() => device.requests.length === 1, 'the first request');

    page.become('bo');
    await eventually(() => page.outbox.state.status === 'ready', 'the safe of the next person');
    hangUps[0]?.(new TypeError('Failed to fetch'));

    for (const each of await written) expect(each.status === 'rejected' && each.reason).toBeInstanceOf(NotKept);
    expect(page.outbox.state.entries).toEqual([]);
    expect(device.requests).toHaveLength(1);
    await page.write('His own.');
    expect(device.requests.map(({ by }) => by)).toEqual(['ana', 'bo']);
  });

  test('After another key has come, the person is told how many were lost', async () => {
    const before = await ready('ana');
    device.isOnline = false;
    await before.write('One');
    await before.write('Two');
    before.leave();
    device.isOnline = true;
    device.keyVersion = 2;

    const after = await ready('ana');

    expect(after.outbox.state).toMatchObject({ entries: [], lost: 2 });
    after.outbox.forgetLost();
    expect(after.outbox.state.lost).toBe(0);
    expect(device.requests).toEqual([]);
  });

  test('Without the key nothing is kept, and that is said', async () => {
    device.isOnline = false;
    const page = device.open('ana');

    await expect(page.write('Hello')).rejects.toBeInstanceOf(NotKept);

    expect((await device.stored()).count).toBe(0);
  });

  test('A session that gives no key makes it unavailable', async () => {
    vi.stubGlobal('indexedDB', undefined);
    const page = device.open('ana');

    await eventually(() => page.outbox.state.status === 'unavailable', 'the answer');
  });
});

async function refused(status: number, code: string): Promise<Page> {
  const page = await ready('ana');
  device.isOnline = false;
  await page.write('First');
  await page.write('Second');
  await page.write('Elsewhere', 'thread-2');
  device.answers.push(problem(status, code));
  device.isOnline = true;
  page.outbox.sendNow();
  // The one that was refused stays with the one behind it.
  await eventually(() => page.texts().length === 2 && /failed|conflict/.test(page.texts()[0] ?? ''), 'the refusal');
  return page;
}

describe('What is refused on its way', () => {
  test('is shown with its reason, and holds what is behind it in its lane only', async () => {
    const page = await refused(422, 'attachment_unusable');

    expect(page.texts()).toEqual(['First: failed', 'Second: waiting']);
    expect(page.outbox.state.entries[0]?.problem).toEqual({ status: 422, code: 'attachment_unusable' });
    expect(device.taken).toHaveLength(1);
  });

  test('is not overtaken by what is written after it', async () => {
    const page = await refused(422, 'attachment_unusable');

    expect((await page.write('Third')).status).toBe('waiting');
    expect((await page.write('Also elsewhere', 'thread-2')).status).toBe('sent');

    expect(page.texts()).toEqual(['First: failed', 'Second: waiting', 'Third: waiting']);
    expect(device.taken).toHaveLength(2);
  });

  test('is a conflict where something else has changed, until the person has chosen', async () => {
    const page = await refused(409, 'newer_messages');
    expect(page.texts()).toEqual(['First: conflict', 'Second: waiting']);
    const id = page.outbox.state.entries[0]?.id ?? '';

    await page.outbox.resend(id, { method: 'POST', address: '/api/messages', body: { text: 'First, all the same' } });
    await eventually(() => page.texts().length === 0, 'the rest to go out');

    expect(device.requests.slice(-2).map(({ body }) => (body as { text: string }).text)).toEqual(['First, all the same', 'Second']);
    expect(device.requests.filter((request) => request.id === id)).toHaveLength(2);
  });

  test('may be dropped, and then is never sent', async () => {
    const page = await refused(409, 'newer_messages');
    const id = page.outbox.state.entries[0]?.id ?? '';

    expect(await page.outbox.drop(id)).toBe(true);
    page.outbox.sendNow();
    await eventually(() => page.texts().length === 0, 'the one behind it');

    expect(await page.outbox.drop(id)).toBe(false);
    expect(device.taken).not.toContain(id);
  });

  test.each([0, 1, 2, 3, 4, 6, 8])('dropped while the session ends, %i turns later, is gone or kept, as is said', async (turns) => {
    const page = await refused(409, 'newer_messages');
    const id = page.outbox.state.entries[0]?.id ?? '';

    const dropping = page.outbox.drop(id);
    for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    page.become(null);

    expect((await device.stored()).count).toBe((await dropping) ? 1 : 2);
  });

  test('stays refused over a reload', async () => {
    const page = await refused(409, 'newer_messages');
    page.leave();

    const again = await ready('ana');

    expect(again.texts()).toEqual(['First: conflict', 'Second: waiting']);
  });
});

test('A server that is busy is asked again by itself', async () => {
  const page = await ready('ana');
  device.answers.push(problem(503, 'busy'));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    expect((await page.write('Hello')).status).toBe('waiting');
    await vi.advanceTimersByTimeAsync(2_000);
  } finally {
    vi.useRealTimers();
  }

  await eventually(() => page.texts().length === 0, 'the second attempt');
  expect(device.taken).toHaveLength(1);
});

test('What has gone out is told once, and a page that was left listens to nothing', async () => {
  const page = await ready('ana');
  const told: unknown[] = [];
  page.outbox.onSent(({ answer }) => told.push(answer));
  device.isOnline = false;
  await page.write('Hello');

  await backOnline(page);
  page.leave();

  await eventually(() => page.listening === 0, 'the listeners to be gone');
  expect(told).toEqual([{ taken: device.taken[0] }]);
});

describe('While the key is not here yet', () => {
  test('A new write comes after what waits already', async () => {
    const before = await ready('ana');
    device.isOnline = false;
    await before.write('First');
    before.leave();
    device.isOnline = true;

    const page = device.open('ana');
    await page.write('Second');

    await eventually(() => device.taken.length === 2, 'both writes');
    expect(device.requests.map(({ body }) => (body as { text: string }).text)).toEqual(['First', 'Second']);
  });

  test('Where the key does not come, what is written now overtakes nothing: it is not sent', async () => {
    const before = await ready('ana');
    device.isOnline = false;
    await before.write('First');
    before.leave();
    device.isOnline = true;
    device.givesKeys = false;

    const page = device.open('ana');

    await expect(page.write('Second')).rejects.toBeInstanceOf(NotKept);
    expect(device.requests).toEqual([]);
  });
});
