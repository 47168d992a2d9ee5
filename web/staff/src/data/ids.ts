/** An id of the server, as it may stand in an address. */
export function isId(text: unknown): text is string {
  return typeof text === 'string' && /^[A-Za-z0-9.-]{1,64}$/.test(text);
}
