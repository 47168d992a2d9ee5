import type { EventType } from './generated/events.js';

const token = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** The stream of a tenant's events. */
export function eventStream(tenant: string): string {
  return `VAGUS_${checked(tenant)}`;
}

/** The subject of a tenant's events of one type, or of a family such as `lab.>`; of all of them without a type. */
export function eventSubject(tenant: string, type: EventType | `${string}.>` | '>' = '>'): string {
  return `vagus.${checked(tenant)}.${type}`;
}

/** Where a sender publishes what it tells a tenant. NATS lets it publish there alone. */
export function intakeSubject(tenant: string, sender: string, type: EventType): string {
  return `vagus-in.${checked(tenant)}.${checked(sender)}.${type}`;
}

/** Where events lie that could not be taken, with the reason in their headers. */
export function deadLetterSubject(tenant: string): string {
  return `vagus-dead.${checked(tenant)}`;
}

function checked(name: string): string {
  if (!token.test(name)) throw new RangeError(`${name} is no token of a subject: lower-case letters, digits and hyphens`);
  return name;
}
