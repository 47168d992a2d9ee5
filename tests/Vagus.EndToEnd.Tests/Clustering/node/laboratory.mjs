// A laboratory's service with the npm package nats, and a provider's socket.io-client beside it. Each line of standard input is the data of
// a critical value, with the id of its event: it is published until NATS has it. Prints one line of JSON for each thing that happens.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const { SERVER, NATS_URL, TOKEN, TENANT, SENDER, WEB } = process.env;
const load = createRequire(`${WEB}/package.json`);
const { connect, headers } = load('nats');
const { io } = load('socket.io-client');
const { createEvent, encodeEvent, intakeSubject } = await import(pathToFileURL(`${WEB}/events/dist/index.js`).href);

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

const socket = io(SERVER, { auth: { token: TOKEN } });
socket.on('critical_alert', (alert) => say({ alert }));
socket.on('connect_error', (error) => say({ refused: error.message }));
await new Promise((done) => socket.on('connect', done));

const line = await connect({ servers: NATS_URL, maxReconnectAttempts: -1, reconnectTimeWait: 100 });
say({ ready: true });

for await (const text of createInterface({ input: process.stdin })) {
  const { id, ...data } = JSON.parse(text);
  const event = createEvent({ id, type: 'lab.critical.alert', source: `urn:sender:${SENDER}`, data });
  const about = headers();
  about.set('Nats-Msg-Id', event.id);
  for (let attempt = 1; ; attempt++) {
    try {
      await line.jetstream().publish(intakeSubject(TENANT, SENDER, event.type), encodeEvent(event), { headers: about, timeout: 1000 });
      say({ kept: event.id, attempt });
      break;
    } catch (error) {
      if (attempt === 1) say({ waits: event.id, because: error.message });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
