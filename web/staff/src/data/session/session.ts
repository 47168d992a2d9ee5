import { BrowserSession, LiveConnection } from '@vagus/client';

/** One of each per page, made outside React: components come and go, the session and its connection stay. */
export const session = new BrowserSession();
export const connection = new LiveConnection({ tokens: session.token });
