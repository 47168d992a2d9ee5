/** Where to go after signing in: a page of the portal and nothing else, whatever the address bar says. */
export function pathToReturnTo(path: unknown): string {
  if (typeof path !== 'string' || path.startsWith('/sign-in')) return '/';
  return /^\/[\w.-]+(?:\/[\w.-]+)*$/.test(path) ? path : '/';
}
