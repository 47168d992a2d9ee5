import { cacheName, isOurs, shellAnswer, type ShellFiles } from './shell';
import { noticeOf, pageOf } from './notice';

declare const self: ServiceWorkerGlobalScope;
/** Written by the build. */
declare const shell: ShellFiles;

// Keeps the program of one app on the device, so that it opens without a network, and shows push messages. It never touches an answer of
// the API: nothing of a patient is in its cache.

self.addEventListener('install', (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(cacheName(shell));
      // The other files have a hash in their names, or a newer one does no harm.
      await cache.addAll(shell.files.map((file) => (file === shell.index ? new Request(file, { cache: 'no-cache' }) : file)));
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      const names = await caches.keys();
      const older = names.filter((name) => name.startsWith(`${shell.name} `) && name !== cacheName(shell));
      await Promise.all(older.map((name) => caches.delete(name)));
      await self.clients.claim();
    })(),
  );
});

self.addEventListener('fetch', (event) => {
  const answer = shellAnswer(event.request, shell, self.location.origin);
  if (answer) event.respondWith(answer);
});

self.addEventListener('push', (event) => {
  const notice = noticeOf(event.data, shell);
  const { title, ...options } = notice;
  // How many are unread is known when the page is opened: until then a dot.
  const badge: Partial<Pick<WorkerNavigator, 'setAppBadge'>> = self.navigator;
  event.waitUntil(Promise.all([self.registration.showNotification(title, options), badge.setAppBadge?.().catch(() => undefined)]));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(showPage(pageOf(event.notification.data, self.location.origin, shell)));
});

/** A page of the app that is open comes to the front; what is typed there stays. */
async function showPage(address: string): Promise<void> {
  const pages = await self.clients.matchAll({ type: 'window' });
  const open = pages.find(({ url }) => isOurs(new URL(url).pathname, shell));
  await (open ? open.focus() : self.clients.openWindow(address));
}
