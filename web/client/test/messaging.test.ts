import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Conversation, MessagingConnection, UnreadCount, type Message } from '../src/index';
import { eventually } from './eventually';
import { LiveServer } from './liveServer';
import { MessagingServer } from './messagingServer';

const tokens = () => Promise.resolve({ value: 'token', expiresAt: Date.now() + 600_000 });
let server: LiveServer;
let messages: MessagingServer;
let messaging: MessagingConnection;

beforeEach(async () => {
  server = await LiveServer.start();
  messages = new MessagingServer(server);
  messaging = new MessagingConnection({ url: server.url, tokens, lingerMs: 20 });
});

afterEach(async () => {
  messaging.close();
  await server.stop();
});

const live = () => eventually(() => messaging.state.status === 'live', 'the connection to be live');

function told(): string[] {
  const seen: string[] = [];
  messaging.on('new_message', ({ id }) => seen.push(id));
  return seen;
}

test('It sends what the contract says, with an id of its own, and gives the message that was stored', async () => {
  messaging.hold();
  await live();

  const answer = await messaging.send({
    recipientId: 'pharmacy-1', content: 'Is it ready?', contextType: 'prescription', contextId: 'rx-456',
  });

  expect(answer).toMatchObject({ ok: true, message: { content: 'Is it ready?', senderRole: 'patient' } });
  expect(messages.received[0]).toMatchObject({
    name: 'send_message',
    body: {
      recipientId: 'pharmacy-1', contextType: 'prescription', contextId: 'rx-456', clientMessageId: expect.stringMatching(/^[\da-f-]{36}$/),
    },
  });
});

test('A refusal comes with its code, and without a connection nothing waits in secret', async () => {
  expect(await messaging.send({ threadId: 't1', content: 'Hello' })).toMatchObject({ ok: false, error: { code: 'not_connected' } });
  messaging.hold();
  await live();
  messages.refuses = () => ({ code: 'conflict', message: 'Somebody else has answered.' });

  const answer = await messaging.send({ threadId: 't1', content: 'Hello' });

  expect(answer).toEqual({ ok: false, error: { code: 'conflict', message: 'Somebody else has answered.' } });
  expect(messages.received).toHaveLength(1);
});

test('Every event comes typed, and the listener that left hears nothing', async () => {
  const typing: boolean[] = [];
  const stop = messaging.on('user_typing', ({ isTyping }) => typing.push(isTyping));
  const seen = told();
  await live();

  messages.tell('user_typing', { userId: 'pharmacy-1', role: 'pharmacy', threadId: 't1', isTyping: true });
  await eventually(() => typing.length === 1, 'the first');
  stop();
  messages.tell('user_typing', { userId: 'pharmacy-1', role: 'pharmacy', threadId: 't1', isTyping: false });
  messages.tell('new_message', messages.message());

  await eventually(() => seen.length === 1, 'the message');
  expect(typing).toEqual([true]);
});

test('After an interruption it goes on from the last position, and what was told since is not told again', async () => {
  const seen = told();
  await live();
  messages.tell('new_message', messages.message());
  await eventually(() => seen.length === 1, 'the first message');
  messages.position();
  messages.tell('new_message', messages.message());
  await eventually(() => seen.length === 2, 'the second message');

  messages.dropTransports();
  await eventually(() => messaging.state.status === 'reconnecting', 'the interruption');
  messages.tell('new_message', messages.message());
  await live();

  expect(messages.handshakes).toEqual([undefined, 1]);
  expect(seen).toEqual(['m1', 'm2', 'm3']);
});

test('A conversation is loaded and then follows what comes, is read and is taken back', async () => {
  const first = messages.message();
  server.answers.set('GET /api/messages/conversation', () => ({ items: [first], nextCursor: null }));
  const conversation = new Conversation({ userId: 'pharmacy-1' }, { session: server.session, messaging });
  conversation.watch(() => {});
  await eventually(() => conversation.state.status === 'ready', 'the page');
  await live();
  const texts = () => conversation.state.messages.map(({ content }) => content);
  const ofAnotherPerson: Message = messages.message({ threadId: 't9', senderId: 'lab-1' });

  messages.tell('new_message', ofAnotherPerson);
  await conversation.send('Thank you');
  messages.tell('user_typing', { userId: 'pharmacy-1', role: 'pharmacy', threadId: 't1', isTyping: true });
  await eventually(() => conversation.state.typing.length === 1, 'the typing');
  const reading = { messageId: 'm3', threadId: 't1', readerId: 'pharmacy-1', readAt: '2026-11-27T09:10:00Z', upToSequence: 3 };
  messages.tell('message_read', reading);
  messages.tell('message_retracted', { messageId: 'm1', threadId: 't1', sequence: 1, retractedBy: 'pharmacy-1', retractedAt: null });

  await eventually(() => conversation.state.messages[0]?.status === 'retracted', 'the retraction');
  expect(texts()).toEqual([null, 'Thank you']);
  expect(conversation.state.messages[1]!.readAt).toBe('2026-11-27T09:10:00Z');
  expect(conversation.state.messages[0]!.readAt).toBeNull();
});

function pageOf(from: number, to: number, nextCursor: string | null) {
  const items = Array.from({ length: to - from + 1 }, (_, index) => messages.message({ id: `m${from + index}`, sequence: from + index }));
  return { items, nextCursor };
}

describe('After a gap a conversation', () => {
  const pages = new Map<string | null, object>();
  let conversation: Conversation;
  const shown = () => conversation.state.messages.map(({ sequence }) => sequence);

  beforeEach(async () => {
    pages.clear();
    server.answers.set('GET /api/messages/conversation', (query) => pages.get(query.get('before')) ?? 503);
    conversation = new Conversation({ userId: 'pharmacy-1' }, { session: server.session, messaging });
    pages.set(null, pageOf(3, 4, 'before 3'));
    conversation.watch(() => {});
    await live();
    await eventually(() => conversation.state.status === 'ready', 'the page');
  });

  test('keeps what is older where the newest page reaches it', async () => {
    pages.set(null, pageOf(4, 5, 'before 4'));
    pages.set('before 3', pageOf(1, 2, null));
    messages.gap();
    await eventually(() => shown().includes(5), 'what came in the gap');

    await conversation.loadOlder();

    expect(shown()).toEqual([1, 2, 3, 4, 5]);
  });

  test('shows nothing behind a hole where more than a page has come, and loads from there', async () => {
    pages.set(null, pageOf(8, 9, 'before 8'));
    pages.set('before 8', pageOf(5, 7, 'before 5'));
    messages.gap();
    await eventually(() => shown().includes(9), 'what came in the gap');
    expect(shown()).toEqual([8, 9]);

    await conversation.loadOlder();

    expect(shown()).toEqual([5, 6, 7, 8, 9]);
    expect(conversation.state.hasOlder).toBe(true);
  });

  test('has no hole either where the first attempt fails and a message is told before the next', async () => {
    pages.delete(null);
    messages.gap();
    await eventually(() => conversation.state.error !== null, 'the failure');
    const late = pageOf(9, 9, null).items[0]!;
    messages.tell('new_message', late);
    await eventually(() => shown().includes(9), 'the message');
    pages.set(null, pageOf(8, 9, 'before 8'));

    await conversation.reload();

    expect(shown()).toEqual([8, 9]);
  });

  test('puts no older page behind the hole that was asked for before the gap', async () => {
    pages.set('before 3', pageOf(1, 2, null));
    pages.set(null, pageOf(8, 9, 'before 8'));

    const older = conversation.loadOlder();
    await Promise.all([conversation.reload(), older]);
    await conversation.reload();

    const isWhole = shown().every((sequence, index, all) => index === 0 || sequence === all[index - 1]! + 1);
    expect(isWhole).toBe(true);
  });
});

test('A conversation that nobody watches any more has no text and no listener', async () => {
  server.answers.set('GET /api/patient-messages/threads/t1', () => ({ thread: {}, messages: [messages.message()], nextCursor: null }));
  const conversation = new Conversation({ threadId: 't1' }, { session: server.session, messaging });
  const leave = conversation.watch(() => {});
  await eventually(() => conversation.state.messages.length === 1, 'the page');

  leave();

  await eventually(() => conversation.state.messages.length === 0, 'the messages to go');
  await eventually(() => messages.connections === 0, 'the connection to close');
});

test('What one person sent is not in the conversation that the next one watches, also where the answer comes late', async () => {
  server.answers.set('GET /api/messages/conversation', () => ({ items: [messages.message()], nextCursor: null }));
  const conversation = new Conversation({ userId: 'pharmacy-1' }, { session: server.session, messaging });
  messaging.hold();
  await live();
  const leave = conversation.watch(() => {});
  await eventually(() => conversation.state.status === 'ready', 'the page');
  let left = false;
  messages.refuses = () => {
    // The message is on its way: its author leaves before the answer is there.
    leave();
    left = true;
    return null;
  };
  const { send } = messaging;
  messaging.send = async (message) => {
    const answer = await send.call(messaging, message);
    await eventually(() => left && conversation.state.messages.length === 0, 'the author to have left');
    return answer;
  };

  expect(await conversation.send('Of the first')).toMatchObject({ ok: true });

  expect(conversation.state.messages).toEqual([]);
});

describe('Of two pages that are under way at once, where the first is the slower one,', () => {
  const answers: ((status: number, page?: object) => void)[] = [];
  let conversation: Conversation;
  const shown = () => conversation.state.messages.map(({ sequence }) => sequence);

  beforeEach(async () => {
    answers.length = 0;
    const session = {
      fetch: () =>
        new Promise<Response>((resolve) => {
          answers.push((status, page = { title: 'No' }) => resolve(Response.json(page, { status })));
        }),
    };
    conversation = new Conversation({ userId: 'pharmacy-1' }, { session, messaging });
    conversation.watch(() => {});
    // The page that the watch asks for comes first; where the line is live by then, another follows.
    await eventually(() => answers.length > 0, 'the first request');
    await live();
    void conversation.reload();
  });

  const first = (status: number, page?: object) => answers[0]!(status, page);
  const last = (status: number, page?: object) => answers.at(-1)!(status, page);

  test('the first is shown until the newer one joins it', async () => {
    first(200, pageOf(3, 4, 'before 3'));
    await eventually(() => conversation.state.status === 'ready', 'the first page');
    expect(shown()).toEqual([3, 4]);

    last(200, pageOf(4, 5, 'before 4'));
    await eventually(() => shown().includes(5), 'the newer page');
    expect(shown()).toEqual([3, 4, 5]);
    expect(conversation.state.hasOlder).toBe(true);
  });

  test('the first leaves no hole before a newer one that does not reach it', async () => {
    first(200, pageOf(3, 4, 'before 3'));
    await eventually(() => conversation.state.status === 'ready', 'the first page');

    last(200, pageOf(8, 9, 'before 8'));
    await eventually(() => shown().includes(9), 'the newer page');
    expect(shown()).toEqual([8, 9]);
  });

  test('the first is shown beside the failure of the newer one, and no empty conversation as ready', async () => {
    last(503);
    await eventually(() => conversation.state.status === 'failed', 'the failure');

    first(200, pageOf(3, 4, null));

    await eventually(() => conversation.state.status === 'ready', 'the page');
    expect(shown()).toEqual([3, 4]);
    expect(conversation.state.error).toMatchObject({ status: 503 });
  });

  test('the failure of the first says nothing of the newer one that is shown', async () => {
    const both = [conversation.reload(), conversation.reload()];
    last(200, pageOf(3, 4, null));
    await both[1];

    answers.at(-2)!(503);
    await both[0];

    expect(conversation.state).toMatchObject({ status: 'ready', error: null });
  });
});

test('A conversation that cannot be read says so', async () => {
  server.answers.set('GET /api/messages/by-context', () => 403);
  const about = { contextType: 'prescription', contextId: 'rx-456' };
  const conversation = new Conversation(about, { session: server.session, messaging });

  conversation.watch(() => {});

  await eventually(() => conversation.state.status === 'failed', 'the failure');
  expect(conversation.state.error).toMatchObject({ status: 403 });
});

test('Interrupted before the first position, it tells a gap: what came meanwhile is not known', async () => {
  const gaps: unknown[] = [];
  messaging.onGap((gap) => gaps.push(gap));
  await live();

  messages.dropTransports();

  await eventually(() => gaps.length === 1, 'the gap');
  expect(messages.handshakes).toEqual([undefined, undefined]);
});

test('What came between the page and the line is in the conversation: it is loaded again when the line is live', async () => {
  const page = [messages.message()];
  server.answers.set('GET /api/messages/conversation', () => ({ items: [...page], nextCursor: null }));
  messaging.close();
  const slow = new MessagingConnection({
    url: `${server.url}/`,
    tokens: async () => {
      await eventually(() => conversation.state.status === 'ready', 'the page that is loaded before the line');
      page.push(messages.message());
      return tokens();
    },
  });
  const conversation = new Conversation({ userId: 'pharmacy-1' }, { session: server.session, messaging: slow });

  const leave = conversation.watch(() => {});

  await eventually(() => conversation.state.messages.length === 2, 'the message between');
  leave();
  slow.close();
});

test('After a gap a conversation is loaded again', async () => {
  server.answers.set('GET /api/messages/conversation', () => ({ items: [messages.message()], nextCursor: null }));
  const conversation = new Conversation({ userId: 'pharmacy-1' }, { session: server.session, messaging });
  conversation.watch(() => {});
  await eventually(() => conversation.state.messages.length === 1, 'the page');
  await live();

  messages.gap();

  await eventually(() => conversation.state.messages.length === 2, 'the page after the gap');
});

test('The number of unread threads is the one that the server tells, and is asked for once', async () => {
  server.answers.set('GET /api/patient-messages/unread-count', () => ({ count: 2, byCategory: { direct: 2 } }));
  const unread = new UnreadCount({ session: server.session, messaging });
  unread.watch(() => {});
  await live();
  await eventually(() => unread.state.byCategory['direct'] === 2, 'the count');
  const asked = server.requests.length;

  messages.tell('new_message', messages.message());
  messages.tell('unread', { count: 3, byCategory: { direct: 2, general: 1 } });

  await eventually(() => unread.state.count === 3, 'the new count');
  expect(unread.state.byCategory['general']).toBe(1);
  expect(server.requests.length).toBe(asked);
});

test('The portal counts the threads of patients alone', async () => {
  server.answers.set('GET /api/patient-portal/messages/unread-count', () => ({ count: 0, byCategory: {} }));
  const unread = new UnreadCount({ session: server.session, messaging }, 'portal');
  unread.watch(() => {});
  await live();
  await eventually(() => unread.state.count === 0, 'the count');

  messages.tell('unread', { count: 3, byCategory: { direct: 2, general: 1 } });

  await eventually(() => unread.state.count === 1, 'the new count');
});
