import type { BrowserContextOptions } from 'playwright-core';
import { inject } from 'vitest';
import type { SignIn } from './server';

/** The doors of the server, and where the app of each remembers that there may be a session. */
const doors = {
  staff: { path: '/api/auth', hint: 'vagus.session' },
  patients: { path: '/api/patient-portal/auth', hint: 'vagus.session /api/patient-portal/auth' },
} as const;

export type Door = keyof typeof doors;

/** A session in a browser, as Playwright keeps it. */
export type StoredSession = Exclude<NonNullable<BrowserContextOptions['storageState']>, string>;

/** One organization of the server that runs for all files of a run, and the people who have an account in it. */
export class Clinic {
  readonly url: string;
  readonly tenant: string;
  readonly signIns: readonly SignIn[];

  private constructor(url: string, tenant: string, signIns: readonly SignIn[]) {
    this.url = url;
    this.tenant = tenant;
    this.signIns = signIns;
  }

  static of(tenant: string): Clinic {
    const served = inject('served');
    const found = served?.tenants.find((one) => one.tenant === tenant);
    if (!served || !found) throw new Error(`There is no organization ${tenant}.`);
    return new Clinic(served.url, tenant, found.users);
  }

  signInOf(name: string): SignIn {
    const found = this.signIns.find(({ email }) => email.startsWith(`${name}@`));
    if (!found) throw new Error(`There is no ${name}.`);
    return found;
  }

  /** A new session of somebody, for a browser that has not shown a sign-in page. Each browser needs one of its own: tokens rotate. */
  async sessionOf(name: string, door: Door): Promise<StoredSession> {
    const { path, hint } = doors[door];
    const response = await this.logIn(name, door, { 'X-Vagus-Client': 'browser' });
    const [cookie = ''] = response.headers.getSetCookie();
    const [, key = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    const { hostname } = new URL(this.url);
    return {
      cookies: [{ name: key, value, domain: hostname, path, expires: -1, httpOnly: true, secure: false, sameSite: 'Strict' }],
      origins: [{ origin: this.url, localStorage: [{ name: hint, value: '1' }] }],
    };
  }

  /** An access token of somebody who uses the API. */
  async tokenOf(name: string, door: Door): Promise<string> {
    return ((await (await this.logIn(name, door)).json()) as { accessToken: string }).accessToken;
  }

  async logIn(name: string, door: Door, headers: Record<string, string> = {}): Promise<Response> {
    const { email, password } = this.signInOf(name);
    const response = await fetch(`${this.url}${doors[door].path}/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify({ email, password, tenant: this.tenant }),
    });
    if (!response.ok) throw new Error(`${email} may not sign in: ${response.status}`);
    return response;
  }
}
