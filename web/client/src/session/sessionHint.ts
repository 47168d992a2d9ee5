/** The doors of one origin have sessions of their own: the end of one says nothing about the others. */
function keyOf(path: string): string {
  return path === '/api/auth' ? 'vagus.session' : `vagus.session ${path}`;
}

/**
 * Remembers that this browser may have a session at a door, and nothing about it. Scripts cannot see the cookie, so without the
 * hint every first visit would ask the server for a session that cannot exist.
 */
export function rememberSession(path: string, exists: boolean): void {
  try {
    if (exists) localStorage.setItem(keyOf(path), '1');
    else localStorage.removeItem(keyOf(path));
  } catch {
    // Storage is blocked or there is none: then `mayHaveSession` says yes and the server is asked.
  }
}

export function mayHaveSession(path: string): boolean {
  try {
    return localStorage.getItem(keyOf(path)) !== null;
  } catch {
    return true;
  }
}
