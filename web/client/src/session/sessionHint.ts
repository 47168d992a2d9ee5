const key = 'vagus.session';

/**
 * Remembers that this browser may have a session, and nothing about it. Scripts cannot see the cookie, so without the
 * hint every first visit would ask the server for a session that cannot exist.
 */
export function rememberSession(exists: boolean): void {
  try {
    if (exists) localStorage.setItem(key, '1');
    else localStorage.removeItem(key);
  } catch {
    // Storage is blocked or there is none: then `mayHaveSession` says yes and the server is asked.
  }
}

export function mayHaveSession(): boolean {
  try {
    return localStorage.getItem(key) !== null;
  } catch {
    return true;
  }
}
