const key = 'vagus-tab-person';

/**
 * Whose pages this tab shows, kept until that person signs out: an address that one person left open is not opened for the next. It would
 * be another's patient, and opening a result is on record as seen.
 */
export function rememberPerson(userId: string | null): void {
  if (userId === null) sessionStorage.removeItem(key);
  else sessionStorage.setItem(key, userId);
}

/** True also where the tab remembers no person: a link from a mail opens in a new tab. */
export function isTabOf(userId: string): boolean {
  return [null, userId].includes(sessionStorage.getItem(key));
}
