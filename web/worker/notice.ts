import { isOurs, type ShellFiles } from './shell';

/** The data of a push message. */
interface Pushed {
  json(): unknown;
}

/** What `showNotification` takes. The server sends the same words for everybody and nothing of what waits. */
export interface Notice {
  readonly title: string;
  readonly body: string;
  /** A later notice about the same takes the place of this one. */
  readonly tag: string;
  readonly icon: string;
  readonly data: unknown;
}

/** A message that cannot be read is shown all the same: a browser ends subscriptions that show nothing. */
export function noticeOf(data: Pushed | null, shell: ShellFiles): Notice {
  const { title, body, tag, url } = fieldsOf(data);
  return {
    title: typeof title === 'string' ? title : shell.title,
    body: typeof body === 'string' ? body : '',
    tag: typeof tag === 'string' ? tag : shell.name,
    icon: `${shell.base}icon-192.png`,
    data: { url },
  };
}

/** A page of the app, whatever the notice says. */
export function pageOf(data: unknown, origin: string, shell: ShellFiles): string {
  const url: unknown = typeof data === 'object' && data !== null ? (data as Record<string, unknown>)['url'] : undefined;
  if (typeof url !== 'string') return shell.start;
  const address = URL.canParse(url, origin) ? new URL(url, origin) : null;
  const isPage = address?.origin === origin && address.pathname.startsWith(shell.base) && isOurs(address.pathname, shell);
  return address && isPage ? address.pathname : shell.start;
}

function fieldsOf(data: Pushed | null): Record<string, unknown> {
  try {
    const value: unknown = data?.json();
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
