// Follows a tenant's events: NATS_URL=nats://… TENANT=north node consume.mjs NAME [COUNT]
import { AckPolicy, connect } from 'nats';
import { decodeEvent, eventStream, eventSubject } from '@vagus/events';

const { NATS_URL, NATS_USER, NATS_PASSWORD, TENANT } = process.env;
const [name, count = 'Infinity'] = process.argv.slice(2);
const inboxPrefix = `_INBOX_${NATS_USER ?? 'any'}`;
const line = await connect({ servers: NATS_URL, user: NATS_USER, pass: NATS_PASSWORD, inboxPrefix });

const settings = { durable_name: name, ack_policy: AckPolicy.Explicit, filter_subject: eventSubject(TENANT), max_ack_pending: 256 };
await (await line.jetstreamManager()).consumers.add(eventStream(TENANT), settings);
const consumer = await line.jetstream().consumers.get(eventStream(TENANT), name);
let taken = 0;
for await (const message of await consumer.consume()) {
  const event = decodeEvent(message.data);
  // Here its work is done and kept. An event may come again: it is known by its id, and by its sequence.
  process.stdout.write(`${event.sequence} ${event.type} ${event.id}\n`);
  message.ack();
  if (++taken >= Number(count)) break;
}
await line.drain();
