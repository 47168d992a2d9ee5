import { BrowserSession, DevicePush, LiveConnection, MessagingConnection, Outbox, whileSignedIn } from '@vagus/client';

/** One of each per page, made outside React: components come and go, the session and its connection stay. */
export const session = new BrowserSession();
export const connection = new LiveConnection({ tokens: session.token });
export const messaging = new MessagingConnection({ tokens: session.token });
/** What could not be sent waits here, sealed; it works while somebody watches it. */
export const outbox = new Outbox({ session, lines: [connection, messaging] });
/** Notices on this device while no page of the app is open. */
export const push = new DevicePush({ session, scope: '/', note: 'vagus.staff-push' });

/** What comes later than its sign-in is neither shown to the next person nor done in the next one's name: it does not come. */
export function forAsker<Answer>(answer: Promise<Answer>): Promise<Answer> {
  return whileSignedIn(session, answer);
}
