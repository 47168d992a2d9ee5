/** Where to go after signing in: a path of this app and nothing else, whatever the address bar says. */
export function safeReturnPath(path: unknown): string {
  if (typeof path !== 'string' || path.startsWith('/sign-in')) return '/';
  return /^\/(?![/\\])/.test(path) ? path : '/';
}
