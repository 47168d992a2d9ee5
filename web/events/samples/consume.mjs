// Follows a tenant's events: NATS_URL=nats://… NATS_API=vagus-api TENANT=north node consume.mjs NAME [COUNT]
import { connect } from 'nats';
import { decodeEvent, eventStream } from '@vagus/events';

const { NATS_URL, NATS_USER, NATS_PASSWORD, NATS_API = '$JS.API', TENANT } = process.env;
const [name, count = 'Infinity'] = process.argv.slice(2);
const inboxPrefix = `_INBOX_${NATS_USER ?? 'any'}`;
const line = await connect({ servers: NATS_URL, user: NATS_USER, pass: NATS_PASSWORD, inboxPrefix });

// The server has made the consumer (VAGUS_NATS_READERS=TENANT/NAME): a reader makes none.
const consumer = await line.jetstream({ apiPrefix: NATS_API }).consumers.get(eventStream(TENANT), name);
let taken = 0;
for await (const message of await consumer.consume()) {
  const event = decodeEvent(message.data);
  // Here its work is done and kept. An event may come again: it is known by its id, and by its sequence.
  process.stdout.write(`${event.sequence} ${event.type} ${event.id}\n`);
  message.ack();
  if (++taken >= Number(count)) break;
}
await line.drain();
