import type { SessionState } from '../session/browserSession.js';
import { requestJson, type Requester } from '../session/requestJson.js';
import { whileSignedIn } from '../session/whileSignedIn.js';

/** `unavailable`: this browser cannot, or is not installed as it must be. `refused`: the person has said no to the browser. */
export type PushState = 'unavailable' | 'refused' | 'off' | 'on';

export interface DevicePushOptions {
  readonly session: Requester & { readonly state: SessionState };
  /** Of the app's service worker. */
  readonly scope: string;
  /** Where the browser's storage notes which subscription is whose. */
  readonly note: string;
}

interface Noted {
  /** Of the server's; empty before the server has answered: then it may have it or not. */
  readonly id: string;
  /** Whose it is, as a hash: says nothing of the person and is told apart from another one's. */
  readonly owner: string;
}

const subscriptions = '/api/push/subscriptions';
const tellLimitMs = 3_000;

/** Web Push of one app on this device. It is one person's: it ends with a sign-out that is asked for, and with another person's sign-in. */
export class DevicePush {
  readonly #options: DevicePushOptions;

  constructor(options: DevicePushOptions) {
    this.#options = options;
  }

  readonly state = async (): Promise<PushState> => {
    if (!('serviceWorker' in navigator) || !('PushManager' in globalThis) || !('Notification' in globalThis)) return 'unavailable';
    if (Notification.permission === 'denied') return 'refused';
    return (await this.#subscription()) && this.#read()?.id ? 'on' : 'off';
  };

  /** For the person who is signed in now, and for nobody else: whatever the browser asks takes its time. */
  async switchOn(): Promise<PushState> {
    const { session } = this.#options;
    const whileHere = <Answer>(answer: Promise<Answer>): Promise<Answer> => whileSignedIn(session, answer);
    // Begun and not waited for: browsers ask for the permission only right after a press.
    const hashing = this.#owner();
    // All of it is of one sign-in: what follows each step begins within it.
    if ((await whileHere(Notification.requestPermission())) !== 'granted') return this.state();
    const owner = await whileHere(hashing);
    const registration = await whileHere(this.#activeProgram());
    if (!registration) return 'unavailable';
    const { publicKey } = await whileHere(requestJson<{ publicKey: string }>(session, ['GET', '/api/push/key']));
    const made = await whileHere(registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey }));
    // Noted before the server hears of it: the next person ends it, also where the answer does not come any more.
    this.#write({ id: '', owner });
    const { id } = await whileHere(requestJson<{ id: string }>(session, ['POST', subscriptions], made.toJSON()));
    this.#write({ id, owner });
    return this.state();
  }

  /** Also before a sign-out: what is told to one person is not shown to the next. */
  async switchOff(): Promise<PushState> {
    const noted = this.#read();
    this.#write(null);
    await (await this.#subscription())?.unsubscribe();
    if (noted?.id) await Promise.race([this.#tellServer(noted.id), new Promise((resolve) => setTimeout(resolve, tellLimitMs))]);
    return this.state();
  }

  /** Nobody waits for it long: the push service tells the server as well that it has ended. */
  #tellServer(id: string): Promise<unknown> {
    return requestJson(this.#options.session, ['DELETE', `${subscriptions}/${encodeURIComponent(id)}`]).catch(() => undefined);
  }

  /** Somebody else has signed in on this device: the notices of the person before end. */
  async endOthers(): Promise<void> {
    const noted = this.#read();
    if (!noted || noted.owner === (await this.#owner())) return;
    this.#write(null);
    await (await this.#subscription())?.unsubscribe();
  }

  /** Not `serviceWorker.ready`: a page that was loaded outside of the worker's scope waits for ever. */
  async #activeProgram(): Promise<ServiceWorkerRegistration | null> {
    const registration = await navigator.serviceWorker.getRegistration(this.#options.scope);
    const worker = registration?.active ?? registration?.waiting ?? registration?.installing;
    if (!registration || !worker) return null;
    while (worker.state !== 'activated' && worker.state !== 'redundant') {
      await new Promise((resolve) => worker.addEventListener('statechange', resolve, { once: true }));
    }
    return worker.state === 'activated' ? registration : null;
  }

  async #subscription(): Promise<PushSubscription | null> {
    const registration = await navigator.serviceWorker?.getRegistration(this.#options.scope);
    return (await registration?.pushManager?.getSubscription()) ?? null;
  }

  async #owner(): Promise<string> {
    const { session, note } = this.#options;
    const person = session.state.status === 'signed_in' ? `${session.state.user.tenant ?? ''}/${session.state.user.id}` : '';
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${note.replace('.', '-')} ${person}`));
    return Array.from(new Uint8Array(hash).subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  #read(): Noted | null {
    try {
      const text = localStorage.getItem(this.#options.note);
      return text === null ? null : (JSON.parse(text) as Noted);
    } catch {
      return null;
    }
  }

  #write(noted: Noted | null): void {
    const { note } = this.#options;
    try {
      if (noted) localStorage.setItem(note, JSON.stringify(noted));
      else localStorage.removeItem(note);
    } catch {
      // Storage is blocked: then it counts as off.
    }
  }
}
