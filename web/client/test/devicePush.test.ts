import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DevicePush, type SessionState } from '../src/index';
import { eventually } from './eventually';

const note = 'vagus.test-push';
const person = (id: string): SessionState => ({ status: 'signed_in', user: { id, email: '', displayName: '', role: 'nurse' } });

/** A browser with a worker, and the server behind it; each step waits until the test lets it go on. */
class Device {
  readonly storage = new Map<string, string>();
  readonly asked: string[] = [];
  readonly session = { state: person('ana'), fetch: (address: string, init: RequestInit = {}) => this.#answer(address, init) };
  readonly push = new DevicePush({ session: this.session, scope: '/', note });
  /** What waits to go on, by its name. */
  readonly held = new Map<string, () => void>();
  /** The steps that wait. */
  readonly slow = new Set<string>();
  isSubscribed = false;

  constructor() {
    const subscription = {
      toJSON: () => ({ endpoint: 'https://push.example/1' }),
      unsubscribe: async () => {
        this.isSubscribed = false;
      },
    };
    const pushManager = {
      getSubscription: async () => (this.isSubscribed ? subscription : null),
      subscribe: async () => {
        await this.#step('subscribe');
        this.isSubscribed = true;
        return subscription;
      },
    };
    const registration = { active: { state: 'activated' }, pushManager };
    vi.stubGlobal('navigator', { serviceWorker: { getRegistration: async () => registration } });
    vi.stubGlobal('PushManager', {});
    vi.stubGlobal('Notification', {
      permission: 'granted',
      requestPermission: async () => {
        await this.#step('permission');
        return 'granted';
      },
    });
    vi.stubGlobal('localStorage', {
      getItem: (key: string) => this.storage.get(key) ?? null,
      setItem: (key: string, value: string) => void this.storage.set(key, value),
      removeItem: (key: string) => void this.storage.delete(key),
    });
  }

  get noted(): { id: string; owner: string } | null {
    return JSON.parse(this.storage.get(note) ?? 'null') as { id: string; owner: string } | null;
  }

  /** Begins, and waits until this step is reached. */
  async switchOnUntil(step: string): Promise<void> {
    this.slow.add(step);
    void this.push.switchOn();
    await eventually(() => this.held.has(step), step);
  }

  /** The person changes, and what waited goes on. */
  goOnAs(state: SessionState, step: string): void {
    this.session.state = state;
    this.slow.clear();
    this.held.get(step)?.();
  }

  async #step(name: string): Promise<void> {
    if (this.slow.has(name)) await new Promise<void>((resolve) => this.held.set(name, resolve));
  }

  async #answer(address: string, { method = 'GET' }: RequestInit): Promise<Response> {
    this.asked.push(`${method} ${address}`);
    await this.#step(`${method} ${address}`);
    return Response.json(address.endsWith('/key') ? { publicKey: 'key' } : { id: 's1' });
  }
}

const registering = 'POST /api/push/subscriptions';
let device: Device;

beforeEach(() => {
  device = new Device();
});

afterEach(() => vi.unstubAllGlobals());

test('Switched on, the server is told, and switched off, it is told again', async () => {
  expect(await device.push.switchOn()).toBe('on');
  expect(device.noted).toMatchObject({ id: 's1' });

  expect(await device.push.switchOff()).toBe('off');

  expect(device.asked).toEqual(['GET /api/push/key', registering, 'DELETE /api/push/subscriptions/s1']);
  expect([device.noted, device.isSubscribed]).toEqual([null, false]);
});

describe('When another person signs in', () => {
  test.each(['permission', 'GET /api/push/key', 'subscribe'])('at the step %s, the server is told of the other one alone', async (step) => {
    await device.switchOnUntil(step);
    device.goOnAs(person('bo'), step);

    expect(await device.push.switchOn()).toBe('on');

    expect(device.asked.filter((asked) => asked === registering)).toHaveLength(1);
    await device.push.endOthers();
    expect(await device.push.state()).toBe('on');
  });

  test('before the server has answered, the notices of the first one end', async () => {
    await device.switchOnUntil(registering);
    device.goOnAs(person('bo'), registering);
    expect(device.isSubscribed).toBe(true);

    await device.push.endOthers();

    expect([device.noted, device.isSubscribed]).toEqual([null, false]);
  });
});

test('What the server has not answered is not called on, and is ended here alone', async () => {
  await device.switchOnUntil(registering);
  expect(await device.push.state()).toBe('off');

  expect(await device.push.switchOff()).toBe('off');

  expect(device.asked.filter((asked) => asked.startsWith('DELETE'))).toEqual([]);
  expect([device.noted, device.isSubscribed]).toEqual([null, false]);
});

test('The notices of the person who is there go on', async () => {
  await device.push.switchOn();

  await device.push.endOthers();

  expect(await device.push.state()).toBe('on');
});
