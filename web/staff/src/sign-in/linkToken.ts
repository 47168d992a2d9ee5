/**
 * The token of a link in a mail. It stands behind `#`, so that it is in no server's log; it is taken out of the address at once, so that
 * it is in no history either.
 */
export function takeToken(): string {
  const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
  if (token) history.replaceState(history.state, '', location.pathname);
  return token;
}
