import type { SignedInUser } from './sessionRequests.js';

export type Verb = 'read' | 'create' | 'update' | 'delete';

/** Verbs on kinds, which are FHIR types so far. A kind without an entry has those of `*`. */
export type Permissions = Readonly<Record<string, readonly string[]>>;

/** The signed-in person, as the server knows it. */
export interface Me {
  readonly user: SignedInUser;
  readonly tenantName: string;
  /** The IANA name of the organization's time zone; UTC where it has set none. */
  readonly timeZone: string;
  readonly sessionId: string;
  readonly permissions: Permissions;
}

/** For navigation and buttons: what is not offered is not refused. The server decides all the same. */
export function may(permissions: Permissions, verb: Verb, kind: string): boolean {
  const verbs = Object.hasOwn(permissions, kind) ? permissions[kind] : permissions['*'];
  return verbs?.includes(verb) ?? false;
}
