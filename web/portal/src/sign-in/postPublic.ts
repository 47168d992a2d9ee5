import { authPath } from '../data/portal';
import { askRegardless } from '../data/ask';

const anyone = { fetch: (address: string, init?: RequestInit) => fetch(address, init) };

/** A request of somebody who is not signed in. */
export function postPublic(name: 'forgot-password' | 'reset-password' | 'verify-email', body: object): Promise<object> {
  return askRegardless(anyone, 'POST', `${authPath}/${name}`, body);
}
