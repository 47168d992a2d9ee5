import { BrowserSession, LiveConnection, MessagingConnection } from '@vagus/client';

/** One of each per page, made outside React: components come and go, the session and its connection stay. */
export const session = new BrowserSession();
export const connection = new LiveConnection({ tokens: session.token });
export const messaging = new MessagingConnection({ tokens: session.token });
