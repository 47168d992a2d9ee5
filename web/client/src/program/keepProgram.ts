import { trusted } from './trusted.js';

/**
 * Keeps the program of an app on the device, by its service worker: it opens without a network, can be installed, and is told of messages
 * while it is closed. Nothing of a patient is kept with it.
 */
export function keepProgram(program: string, scope: string): void {
  if (!('serviceWorker' in navigator)) return;
  // A browser that refuses it shows the app as ever.
  void navigator.serviceWorker.register(trusted('vagus-program', program), { scope }).catch(() => undefined);
}
