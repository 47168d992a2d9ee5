// Tells Vagus of an event: NATS_URL=nats://… TENANT=north SENDER=bridge node publish.mjs lab.result.viewed '{ … }'
import { connect, headers } from 'nats';
import { createEvent, encodeEvent, intakeSubject } from '@vagus/events';

const { NATS_URL, NATS_USER, NATS_PASSWORD, TENANT, SENDER } = process.env;
const [type, data] = process.argv.slice(2);
const inboxPrefix = `_INBOX_${NATS_USER ?? 'any'}`;
const line = await connect({ servers: NATS_URL, user: NATS_USER, pass: NATS_PASSWORD, inboxPrefix });

const event = createEvent({ type, source: `urn:sender:${SENDER}`, data: JSON.parse(data) });
const about = headers();
about.set('Nats-Msg-Id', event.id);
// The acknowledgement says that NATS has it. Until it comes, publish again: the id makes a repetition harmless.
const kept = await line.jetstream().publish(intakeSubject(TENANT, SENDER, type), encodeEvent(event), { headers: about });
process.stdout.write(`${event.id} is message ${kept.seq} of ${kept.stream}\n`);
await line.close();
