import { BrowserSession, LiveConnection } from '@vagus/client';

/** One of each per page, made outside React: components come and go, the session and its connection stay. */
export const session = new BrowserSession();
export const connection = new LiveConnection({ tokens: session.token });

/** The idle time-out lives by what the person does; a screen that nobody touches is signed out. */
for (const touch of ['pointerdown', 'keydown', 'wheel']) {
  window.addEventListener(touch, () => void session.acted(), { capture: true, passive: true });
}
