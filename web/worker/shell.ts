/** One of the apps, and the files of one version of it. */
export interface ShellFiles {
  /** The name of its caches. */
  readonly name: string;
  readonly version: string;
  /** Where it is: `/portal/`, or `/` for the staff app. */
  readonly base: string;
  /** Paths below the base that are none of its pages. */
  readonly others: readonly string[];
  /** The page that a notice without an address leads to. */
  readonly start: string;
  /** The title of a notice that cannot be read. */
  readonly title: string;
  readonly index: string;
  /** All of them, the index too. */
  readonly files: readonly string[];
}

const networkLimitMs = 4_000;

export function cacheName({ name, version }: Pick<ShellFiles, 'name' | 'version'>): string {
  return `${name} ${version}`;
}

/** Whether this app answers at this path. */
export function isOurs(path: string, { base, others }: Pick<ShellFiles, 'base' | 'others'>): boolean {
  const isBelow = path === base.slice(0, -1) || path.startsWith(base);
  return isBelow && !others.some((other) => path === other || path.startsWith(`${other}/`));
}

/**
 * Null for everything that is not the program itself: the browser asks the server as ever. A page comes from the server while it answers,
 * so that a new version is had at once; a file with a hash in its name from the cache.
 */
export function shellAnswer(request: Request, shell: ShellFiles, origin: string): Promise<Response> | null {
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== origin || !isOurs(url.pathname, shell)) return null;
  if (request.mode === 'navigate') return pageAnswer(request, shell);
  // The index is asked of the server: by it a page learns of a new version.
  return url.pathname !== shell.index && shell.files.includes(url.pathname) ? fileAnswer(request, shell) : null;
}

async function pageAnswer(request: Request, shell: ShellFiles): Promise<Response> {
  const asked = fetch(request);
  const first = await Promise.race([asked.catch(() => null), later(networkLimitMs)]);
  // What answers for a server that is away, such as a proxy, has no page: the one of before shows what is on the device.
  const isAnswer = first !== null && first.status < 500;
  return isAnswer ? first : ((await findKept(shell, shell.index)) ?? asked);
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
