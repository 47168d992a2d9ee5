import { ask } from './ask';
import type { Portal } from './portal';

/** `unavailable`: this browser cannot, or is not installed as it must be. `refused`: the person has said no to the browser. */
export type PushState = 'unavailable' | 'refused' | 'off' | 'on';

interface Noted {
  readonly id: string;
  /** Whose it is, as a hash: says nothing of the person and is told apart from another one's. */
  readonly owner: string;
}

const scope = '/portal/';
const noteKey = 'vagus.portal-push';
const subscriptions = '/api/push/subscriptions';

export async function pushState(): Promise<PushState> {
  if (!('serviceWorker' in navigator) || !('PushManager' in window) || !('Notification' in window)) return 'unavailable';
  if (Notification.permission === 'denied') return 'refused';
  return (await subscription()) && read() ? 'on' : 'off';
}

export async function switchPushOn(portal: Portal): Promise<PushState> {
  if ((await Notification.requestPermission()) !== 'granted') return pushState();
  const registration = await activeProgram();
  if (!registration) return 'unavailable';
  const { publicKey } = await ask<{ publicKey: string }>(portal.session, 'GET', '/api/push/key');
  const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey });
  const { id } = await ask<{ id: string }>(portal.session, 'POST', subscriptions, made.toJSON());
  write({ id, owner: await ownerOf(portal) });
  return pushState();
}

/** Also before a sign-out: what is told to one person is not shown to the next. */
export async function switchPushOff(portal: Portal): Promise<PushState> {
  const noted = read();
  write(null);
  await (await subscription())?.unsubscribe();
  // The push service tells the server as well that it has ended.
  if (noted) await ask(portal.session, 'DELETE', `${subscriptions}/${encodeURIComponent(noted.id)}`).catch(() => undefined);
  return pushState();
}

/** Somebody else has signed in on this device: the notices of the person before end. */
export async function endOthersPush(portal: Portal): Promise<void> {
  const noted = read();
  if (!noted || noted.owner === (await ownerOf(portal))) return;
  write(null);
  await (await subscription())?.unsubscribe();
}

/** Not `serviceWorker.ready`: a page that was loaded as `/portal` is outside of the worker's scope and waits for ever. */
async function activeProgram(): Promise<ServiceWorkerRegistration | null> {
  const registration = await navigator.serviceWorker.getRegistration(scope);
  const worker = registration?.active ?? registration?.waiting ?? registration?.installing;
  if (!registration || !worker) return null;
  while (worker.state !== 'activated' && worker.state !== 'redundant') {
    await new Promise((resolve) => worker.addEventListener('statechange', resolve, { once: true }));
  }
  return worker.state === 'activated' ? registration : null;
}

async function subscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker?.getRegistration(scope);
  return (await registration?.pushManager?.getSubscription()) ?? null;
}

async function ownerOf({ session }: Portal): Promise<string> {
  const { state } = session;
  const person = state.status === 'signed_in' ? `${state.user.tenant ?? ''}/${state.user.id}` : '';
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`vagus-portal-push ${person}`));
  return Array.from(new Uint8Array(hash).subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function read(): Noted | null {
  try {
    const text = localStorage.getItem(noteKey);
    return text === null ? null : (JSON.parse(text) as Noted);
  } catch {
    return null;
  }
}

function write(noted: Noted | null): void {
  try {
    if (noted) localStorage.setItem(noteKey, JSON.stringify(noted));
    else localStorage.removeItem(noteKey);
  } catch {
    // Storage is blocked: then it counts as off.
  }
}
