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

const start = '/portal/messages';

/** A message that cannot be read is shown all the same: a browser ends subscriptions that show nothing. */
export function noticeOf(data: Pushed | null): Notice {
  const { title, body, tag, url } = fieldsOf(data);
  return {
    title: typeof title === 'string' ? title : 'Patient portal',
    body: typeof body === 'string' ? body : '',
    tag: typeof tag === 'string' ? tag : 'portal',
    icon: '/portal/icon-192.png',
    data: { url },
  };
}

/** A page of the portal, whatever the notice says. */
export function pageOf(data: unknown, origin: string): string {
  const url: unknown = typeof data === 'object' && data !== null ? (data as Record<string, unknown>)['url'] : undefined;
  if (typeof url !== 'string') return start;
  const address = URL.canParse(url, origin) ? new URL(url, origin) : null;
  return address?.origin === origin && address.pathname.startsWith('/portal/') ? address.pathname : start;
}

function fieldsOf(data: Pushed | null): Record<string, unknown> {
  try {
    const value: unknown = data?.json();
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
