import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { noticeOf, pageOf } from '../worker/notice';
import { cacheName, shellAnswer, type ShellFiles } from '../worker/shell';

const origin = 'https://clinic.example';
const shell: ShellFiles = {
  name: 'vagus-portal', version: 'v2', base: '/portal/', others: [], start: '/portal/messages', title: 'Patient portal',
  index: '/portal/index.html', files: ['/portal/index.html', '/portal/assets/page-a1.js'],
};
const staff: ShellFiles = {
  name: 'vagus-staff', version: 'v2', base: '/', others: ['/portal', '/api', '/fhir', '/oauth'], start: '/inbox', title: 'Vagus',
  index: '/index.html', files: ['/index.html', '/assets/page-a1.js'],
};

const keeps = (name: string, path: string) => [shell, staff].some((one) => name === cacheName(one) && one.files.includes(path));

function ask(path: string, init: { method?: string; mode?: string } = {}, of = shell): Promise<Response> | null {
  const request = { url: new URL(path, origin).href, method: 'GET', mode: 'cors', ...init } as Request;
  return shellAnswer(request, of, origin);
}

describe('The service worker', () => {
  let isOnline: boolean;

  beforeEach(() => {
    isOnline = true;
    vi.stubGlobal('fetch', (request: Request) =>
      isOnline ? Promise.resolve(new Response(`server: ${new URL(request.url).pathname}`)) : Promise.reject(new TypeError('offline')),
    );
    vi.stubGlobal('caches', {
      open: (name: string) =>
        Promise.resolve({
          match: (path: string) =>
            Promise.resolve(keeps(name, path) ? new Response(`kept: ${path}`) : undefined),
        }),
    });
  });

  afterEach(() => vi.unstubAllGlobals());

  test.each([
    ['/api/patient-portal/messages/threads', {}],
    ['/fhir/Patient/ana', {}],
    ['/socket.io/?EIO=4', {}],
    ['/api/patient-portal/auth/login', { method: 'POST' }],
    ['/portal/assets/of-another-version.js', {}],
    ['/portal/index.html', {}],
    ['https://elsewhere.example/portal/assets/page-a1.js', {}],
    ['/', { mode: 'navigate' }],
  ])('leaves %s to the browser', (path, init) => {
    expect(ask(path, init)).toBeNull();
  });

  test.each(['/portal', '/portal/messages', '/api/x', '/fhir/Patient/ana', '/oauth/authorize'])('of staff leaves %s to others', (path) => {
    expect(ask(path, { mode: 'navigate' }, staff)).toBeNull();
  });

  test('of the staff app gives its pages, whose names may begin like an other', async () => {
    isOnline = false;

    expect(await (await ask('/', { mode: 'navigate' }, staff))?.text()).toBe('kept: /index.html');
    expect(await (await ask('/portals/x', { mode: 'navigate' }, staff))?.text()).toBe('kept: /index.html');
    expect(await (await ask('/assets/page-a1.js', {}, staff))?.text()).toBe('kept: /assets/page-a1.js');
  });

  test('gives a page from the server, and from the device without a network', async () => {
    expect(await (await ask('/portal/messages/t1', { mode: 'navigate' }))?.text()).toBe('server: /portal/messages/t1');
    isOnline = false;

    expect(await (await ask('/portal/messages/t1', { mode: 'navigate' }))?.text()).toBe('kept: /portal/index.html');
  });

  test.each([502, 503])('gives a page from the device where a proxy answers %s for the server', async (status) => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('Bad gateway', { status })));

    expect(await (await ask('/portal/messages', { mode: 'navigate' }))?.text()).toBe('kept: /portal/index.html');
  });

  test('gives a page from the device where the server does not answer in time', async () => {
    vi.useFakeTimers();
    try {
      vi.stubGlobal('fetch', () => new Promise(() => undefined));
      const answer = ask('/portal/messages', { mode: 'navigate' });
      await vi.advanceTimersByTimeAsync(4_000);

      expect(await (await answer)?.text()).toBe('kept: /portal/index.html');
    } finally {
      vi.useRealTimers();
    }
  });

  test('gives the files of its version from the device', async () => {
    expect(await (await ask('/portal/assets/page-a1.js'))?.text()).toBe('kept: /portal/assets/page-a1.js');
  });
});

describe('A push message', () => {
  test('is shown as the server says it', () => {
    const sent = { id: 'n1', kind: 'message', title: 'You have a new message', body: 'Sign in to read it.', url: '/portal', tag: 't1' };

    expect(noticeOf({ json: () => sent }, shell)).toMatchObject({ title: sent.title, body: sent.body, tag: 't1' });
  });

  test.each([null, { json: () => 'text' }, { json: () => JSON.parse('{') as unknown }, { json: () => ({ title: 7 }) }])(
    'that cannot be read is shown without its words (%#)',
    (data) => {
      expect(noticeOf(data, shell)).toMatchObject({ title: 'Patient portal', body: '' });
    },
  );

  test.each([
    [{ url: '/portal/messages/t1' }, '/portal/messages/t1'],
    [{ url: '/portal' }, '/portal/messages'],
    [{ url: 'https://evil.example/portal/x' }, '/portal/messages'],
    [{ url: 'javascript:alert(1)' }, '/portal/messages'],
    [{ url: '/admin' }, '/portal/messages'],
    [null, '/portal/messages'],
  ])('leads to a page of the portal only: %j', (data, page) => {
    expect(pageOf(data, origin, shell)).toBe(page);
  });

  test.each([[{ url: '/alerts' }, '/alerts'], [{ url: '/portal/messages' }, '/inbox'], [{ url: '//evil.example/x' }, '/inbox']])(
    'to staff leads to a page of the staff app only: %j',
    (data, page) => {
      expect(pageOf(data, origin, staff)).toBe(page);
    },
  );
});
