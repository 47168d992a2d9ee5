/** The files of one version of the portal. */
export interface ShellFiles {
  readonly version: string;
  readonly index: string;
  /** All of them, the index too. */
  readonly files: readonly string[];
}

const networkLimitMs = 4_000;

export function cacheName({ version }: ShellFiles): string {
  return `vagus-portal ${version}`;
}

/**
 * Null for everything that is not the program itself: the browser asks the server as ever. A page comes from the server while it answers,
 * so that a new version is had at once; a file with a hash in its name from the cache.
 */
export function shellAnswer(request: Request, shell: ShellFiles, origin: string): Promise<Response> | null {
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== origin || !url.pathname.startsWith('/portal')) return null;
  if (request.mode === 'navigate') return pageAnswer(request, shell);
  // The index is asked of the server: by it a page learns of a new version.
  return url.pathname !== shell.index && shell.files.includes(url.pathname) ? fileAnswer(request, shell) : null;
}

async function pageAnswer(request: Request, shell: ShellFiles): Promise<Response> {
  const asked = fetch(request);
  const first = await Promise.race([asked.catch(() => null), later(networkLimitMs)]);
  return first ?? (await findKept(shell, shell.index)) ?? asked;
}

function later(ms: number): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), ms));
}

async function fileAnswer(request: Request, shell: ShellFiles): Promise<Response> {
  return (await findKept(shell, new URL(request.url).pathname)) ?? fetch(request);
}

async function findKept(shell: ShellFiles, path: string): Promise<Response | undefined> {
  const cache = await caches.open(cacheName(shell));
  return cache.match(path);
}
