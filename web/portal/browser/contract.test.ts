import { io, type Socket } from 'socket.io-client';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Caller } from '../../browser/caller';
import { missing } from './server';
import { Visits } from './visits';

interface SignedIn {
  readonly accessToken: string;
  readonly sessionId: string;
  readonly user: { readonly id: string; readonly role: string };
}

/** The words of the contract, by the official clients and without the packages. */
describe.skipIf(missing)(`the contract on the wire${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest('contract');
  const sockets: { close(): unknown }[] = [];

  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.close();
  });

  function connect(namespace: string, auth: object): Socket {
    const socket = io(`${visits.clinic.url}${namespace}`, { auth, forceNew: true });
    sockets.push(socket);
    return socket;
  }

  const signIn = async (name: string) => (await (await visits.clinic.logIn(name, 'staff')).json()) as SignedIn;

  test('A patient writes to the pharmacy about a prescription, and both hear it', async () => {
    await visits.records.put({ resourceType: 'Practitioner', id: 'pharmacy-1', name: [{ family: 'Pharmacy' }] });
    await visits.records.put({
      resourceType: 'MedicationRequest', id: 'rx-456', status: 'active', intent: 'order', subject: { reference: 'Patient/ana' },
      medicationCodeableConcept: { text: 'Aspirin' },
    });
    const theirs = await new Caller(visits.clinic, 'pharmacy').token();
    const own = await new Caller(visits.clinic, 'ana', 'patients').token();
    const [pharmacy, patient] = [connect('/messaging', { token: theirs }), connect('/messaging', { token: own })];
    const connected = await Promise.all([once(pharmacy, 'connected'), once(patient, 'connected')]);
    expect(connected.map(({ role }) => role)).toEqual(['pharmacy', 'patient']);
    expect(connected[1]).toMatchObject({ userId: expect.any(String), serverTime: expect.any(String) });
    const heard = [once(pharmacy, 'new_message'), once(patient, 'message_sent')];

    const content = 'Is it ready?';
    const ack = await patient.emitWithAck('send_message', {
      recipientId: 'pharmacy-1', content, contextType: 'prescription', contextId: 'rx-456',
    });

    expect(ack).toMatchObject({ ok: true });
    for (const message of await Promise.all(heard)) {
      expect(message).toMatchObject({ senderRole: 'patient', content, contextType: 'prescription', contextId: 'rx-456', readAt: null });
      expect(Object.keys(message)).toEqual(expect.arrayContaining(['id', 'threadId', 'senderId', 'recipientId', 'sentAt', 'sequence']));
    }
    const read = once(patient, 'message_read');
    await pharmacy.emitWithAck('mark_read', { messageId: (ack as { message: { id: string } }).message.id });
    expect(await read).toMatchObject({ readerRole: 'pharmacy' });
    const typing = once(pharmacy, 'user_typing');
    await patient.emitWithAck('typing', { recipientId: 'pharmacy-1', isTyping: true });
    expect(await typing).toMatchObject({ isTyping: true });
  });

  test('Live events, an open search, presence and a renewed token over Socket.IO', async () => {
    const { accessToken, sessionId, user } = await signIn('nurse');
    const socket = connect('/', { sessionId, userId: user.id, role: user.role });
    await once(socket, 'connect');
    const live = await socket.emitWithAck('subscribe', { eventTypes: ['appointment.created'], patientIds: ['bo'] });
    expect(live).toMatchObject({ ok: true, subscriptionId: expect.any(String) });
    const search = await socket.emitWithAck('subscribe', { search: 'Appointment?patient=Patient/bo' });
    expect(search).toMatchObject({ ok: true, sequence: expect.any(Number) });
    const heard = [once(socket, 'appointment:created'), once(socket, 'search_changed')];

    await visits.records.put({
      resourceType: 'Appointment', id: 'told', status: 'booked', start: '2027-01-05T15:00:00Z', end: '2027-01-05T15:30:00Z',
      participant: [{ actor: { reference: 'Patient/bo' }, status: 'accepted' }],
    });

    const [event, change] = await Promise.all(heard);
    expect(event).toMatchObject({
      id: 'told', patientId: 'bo', status: 'booked',
      eventId: expect.any(String), sequence: expect.any(Number), occurredAt: expect.any(String),
    });
    expect(change).toMatchObject({ change: 'enter', resourceType: 'Appointment', resourceId: 'told', resource: { id: 'told' } });
    expect(await socket.emitWithAck('view', { resource: 'Appointment/told', mode: 'viewing' })).toMatchObject({ ok: true });
    expect(await socket.emitWithAck('authenticate', { token: accessToken })).toMatchObject({ ok: true });
    const { subscriptionId } = live as { subscriptionId: string };
    expect(await socket.emitWithAck('unsubscribe', { subscriptionId })).toMatchObject({ ok: true });
  });

  test('A credential that is not a live session’s is a CONNECT_ERROR with a code', async () => {
    const socket = connect('/', { token: 'none' });

    expect(await once(socket, 'connect_error')).toMatchObject({ data: { code: expect.any(String) } });
  });

  test('Frames over the raw WebSocket', async () => {
    const token = await new Caller(visits.clinic, 'nurse').token();
    const line = new RawLine(`${visits.clinic.url.replace('http', 'ws')}/ws`);
    sockets.push(line);
    await line.opened;
    line.send('authenticate', { token });
    expect(await line.next('welcome')).toMatchObject({ client_id: expect.any(String), sequence: expect.any(Number) });
    line.send('subscribe', { subscription_id: 's1', resource_types: ['*'], patient_ids: [] });
    await line.next('subscribed');

    await visits.records.put({ resourceType: 'Patient', id: 'cho', name: [{ family: 'Park' }], birthDate: '1970-01-03' });

    expect(await line.next('update')).toMatchObject({
      action: 'updated', resource_type: 'Patient', resource_id: 'cho', patient_id: 'cho', version_id: expect.any(String),
      resource: { birthDate: '1970-01-03' }, sequence: expect.any(Number),
    });
    line.send('ping', {});
    await line.next('pong');
    line.send('subscribe', { subscription_id: 's2', resource_types: ['Nothing'], patient_ids: [] });
    expect(await line.next('error')).toMatchObject({ code: expect.any(String), message: expect.any(String) });
    line.send('unsubscribe', { subscription_id: 's1' });
    await line.next('unsubscribed');
  });
});

const limitMs = 20_000;

/** The next of its kind, as an object. */
function once(socket: Socket, name: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`No ${name} came.`)), limitMs);
    socket.once(name, (payload: unknown) => {
      clearTimeout(late);
      resolve((payload ?? {}) as Record<string, unknown>);
    });
  });
}

class RawLine {
  readonly opened: Promise<unknown>;
  readonly #socket: WebSocket;
  readonly #frames: { readonly type: string; readonly data: object }[] = [];
  #arrived: () => void = () => undefined;

  constructor(url: string) {
    this.#socket = new WebSocket(url);
    this.opened = new Promise((resolve, reject) => this.#socket.once('open', resolve).once('error', reject));
    this.#socket.on('message', (frame: Buffer) => {
      this.#frames.push(JSON.parse(frame.toString()) as { type: string; data: object });
      this.#arrived();
    });
  }

  send(type: string, data: object): void {
    this.#socket.send(JSON.stringify({ type, data, timestamp: new Date().toISOString() }));
  }

  /** The next frame of a type; what comes between is passed over. */
  async next(type: string): Promise<object> {
    const until = Date.now() + limitMs;
    for (;;) {
      const frame = this.#frames.shift();
      if (frame?.type === type) return frame.data;
      if (frame) continue;
      const left = until - Date.now();
      if (left <= 0) throw new Error(`No ${type} came.`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#arrived = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  close(): void {
    this.#socket.close();
  }
}
