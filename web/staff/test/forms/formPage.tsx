import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { cleanup, configure, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, vi } from 'vitest';
import { forgetUnlessReturning } from '../../src/data/session/leaving';
import { session } from '../../src/data/session/session';
import { queryClient } from '../../src/shell/queryClient';
import { theme } from '../../src/ui/theme';

/** The Blob of jsdom cannot be read by itself. */
Blob.prototype.arrayBuffer ??= function (this: Blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(reader.result as ArrayBuffer));
    reader.addEventListener('error', () => reject(reader.error));
    reader.readAsArrayBuffer(this);
  });
};

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: string;
}

// A busy machine takes its time; what does not come at all fails later.
configure({ asyncUtilTimeout: 10_000 });

type Answer = (request: Sent) => Response | Promise<Response>;

const user = { id: 'user-1', email: 'kim@clinic.example', displayName: 'Kim Osei', role: 'nurse' };
const granted = () => Response.json({ accessToken: 'access-1', expiresIn: 900, user });

/**
 * jsdom works out the whole cascade at each call, and queries by role call it for every element. These pages have no style sheets: what an
 * element says itself is all there is.
 */
function ownStyle(element: HTMLElement): CSSStyleDeclaration {
  return element.style;
}

/** Uploads go by this one; it finds the same network. */
abstract class UploadRequest extends EventTarget {
  readonly upload = new EventTarget();
  status = 0;
  responseText = '';
  readonly #init: { method: string; headers: Headers } = { method: 'GET', headers: new Headers() };
  #address = '';
  abstract readonly receive: (address: string, init: RequestInit) => Promise<Response>;

  open(method: string, address: string): void {
    this.#init.method = method;
    this.#address = address;
  }

  setRequestHeader(name: string, value: string): void {
    this.#init.headers.set(name, value);
  }

  getResponseHeader(): string {
    return 'application/json';
  }

  async send(body: BodyInit): Promise<void> {
    const response = await this.receive(this.#address, { ...this.#init, body }).catch(() => null);
    this.status = response?.status ?? 0;
    this.responseText = (await response?.text()) ?? '';
    this.dispatchEvent(new Event(response ? 'load' : 'error'));
  }
}

/** A form in a page of its own, the network behind it, and a person who is signed in and types. */
export class FormPage {
  person = userEvent.setup({ delay: null });
  /** What was sent, except for signing in. */
  sent: Sent[] = [];
  readonly #answers = new Map<string, Answer>();

  static forEachTest(options: { signedIn: boolean } = { signedIn: true }): FormPage {
    const page = new FormPage();
    beforeEach(() => page.#begin(options.signedIn));
    afterEach(() => page.#end());
    return page;
  }

  /** What the network answers to a request such as `POST /fhir/Appointment`. Other requests find no server. */
  answer(request: string, answer: Answer): void {
    this.#answers.set(request, answer);
  }

  show(form: ReactNode): void {
    render(
      <MantineProvider theme={theme} env="test" withCssVariables={false} withGlobalClasses={false}>
        <QueryClientProvider client={queryClient}>{form}</QueryClientProvider>
      </MantineProvider>,
    );
  }

  async press(name: string | RegExp): Promise<void> {
    await this.person.click(screen.getByRole('button', { name }));
  }

  async choose(field: string, option: string | RegExp): Promise<void> {
    await this.person.click(screen.getByRole('combobox', { name: field }));
    await this.person.click(await screen.findByRole('option', { name: option }));
  }

  /** Somebody else signs in at the same tab. */
  async changePerson(): Promise<void> {
    await session.signOut();
    const other = { ...user, id: 'user-2', email: 'lee@clinic.example', displayName: 'Lee Park' };
    this.answer('POST /api/auth/login', () => Response.json({ accessToken: 'access-2', expiresIn: 900, user: other }));
    await session.signIn({ email: other.email, password: 'another long password' });
  }

  /** Another tab of this browser has signed somebody else in, and this one learns of it. */
  async becomeAnother(): Promise<void> {
    const other = { ...user, id: 'user-2', email: 'lee@clinic.example', displayName: 'Lee Park' };
    this.answer('POST /api/auth/login', () => Response.json({ accessToken: 'access-2', expiresIn: 900, user: other }));
    await session.signIn({ email: other.email, password: 'another long password' });
  }

  /** The server ends the session, as after the idle time-out. */
  async expire(): Promise<void> {
    this.answer('POST /api/auth/refresh', () => new Response(null, { status: 401 }));
    await session.token('access-1');
  }

  changes(): Sent[] {
    return this.sent.filter(({ method, path }) => method !== 'GET' && !path.endsWith('_search'));
  }

  async #begin(signedIn: boolean): Promise<void> {
    this.person = userEvent.setup({ delay: null });
    this.sent = [];
    this.#answers.clear();
    vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => {}, removeEventListener: () => {} }));
    vi.stubGlobal('scrollTo', () => {});
    // Fields that grow with their text wait for fonts, which jsdom does not have.
    Object.assign(document, { fonts: new EventTarget() });
    vi.stubGlobal('ResizeObserver', class { observe() {} unobserve() {} disconnect() {} });
    vi.stubGlobal('fetch', (address: string, init: RequestInit = {}) => this.#receive(address, init));
    const receive = (address: string, init: RequestInit) => this.#receive(address, init);
    vi.stubGlobal('XMLHttpRequest', class extends UploadRequest { receive = receive; });
    Element.prototype.scrollIntoView = () => {};
    Object.assign(document.defaultView ?? {}, { getComputedStyle: ownStyle });
    vi.stubGlobal('getComputedStyle', ownStyle);
    this.answer('POST /api/auth/logout', () => new Response(null, { status: 204 }));
    if (!signedIn) return;
    await this.signIn();
    this.sent = [];
  }

  async signIn(): Promise<void> {
    this.answer('POST /api/auth/login', granted);
    await session.signIn({ email: user.email, password: 'a long enough password' });
  }

  async #end(): Promise<void> {
    cleanup();
    // As the shell does when somebody signs out: nothing that was typed is left.
    forgetUnlessReturning({ status: 'signed_in', user });
    forgetUnlessReturning({ status: 'signed_out', because: 'asked' });
    await session.signOut();
    queryClient.clear();
    vi.unstubAllGlobals();
  }

  async #receive(address: string, init: RequestInit): Promise<Response> {
    const { pathname, searchParams: query } = new URL(address, 'http://clinic.example');
    const body = String(init.body ?? '');
    const request: Sent = { method: init.method ?? 'GET', path: pathname, query, headers: new Headers(init.headers), body };
    this.sent.push(request);
    const answer = this.#answers.get(`${request.method} ${pathname}`);
    if (!answer) throw new TypeError('Failed to fetch');
    return answer(request);
  }
}

export function bundle(...resources: object[]): Response {
  return Response.json({ resourceType: 'Bundle', total: resources.length, entry: resources.map((resource) => ({ resource })) });
}

/** A request that stays under way until `end` is called. */
export function pending(): { answer: Answer; end: (response: Response) => void } {
  let end!: (response: Response) => void;
  const response = new Promise<Response>((resolve) => (end = resolve));
  return { answer: () => response, end };
}
