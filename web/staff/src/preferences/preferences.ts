import { queryOptions } from '@tanstack/react-query';
import { Problem } from '@vagus/client';
import { getJson, sendJson } from '../data/care/requests';
import { Told } from '../ui/failures';

export type Channel = 'email' | 'push' | 'sms';
export type Kind = 'message' | 'notification';

/** How a person who looks at no screen is told that something waits. */
export interface Preferences {
  readonly email: { readonly enabled: boolean; readonly address: string; readonly refusedAt: string | null };
  readonly sms: { readonly enabled: boolean; readonly phone: string | null };
  readonly push: { readonly enabled: boolean };
  readonly digest: { readonly enabled: boolean; readonly time: string };
  readonly quietHours: { readonly from: string; readonly to: string } | null;
  readonly timeZone: string;
  readonly language: string;
  readonly kinds: Readonly<Record<Kind, readonly Channel[]>>;
}

export const preferencesQuery = queryOptions({
  queryKey: ['preferences'] as const,
  queryFn: () => getJson<Preferences>('/api/preferences'),
  // What is being changed on the screen is not replaced under the hand.
  staleTime: Infinity,
});

/** What is wrong with what was chosen, by the field; nothing where it can be saved. */
export function wrongFields(chosen: Preferences): Readonly<Record<string, string>> {
  const wrong: Record<string, string> = {};
  const { phone } = chosen.sms;
  if (phone !== null && !/^\+[1-9][0-9]{6,14}$/.test(phone)) wrong['phone'] = 'Write it with the country, such as +15551234567';
  if (chosen.sms.enabled && phone === null) wrong['phone'] = 'Text messages need a number';
  const quiet = chosen.quietHours;
  if (quiet && (quiet.from === '' || quiet.to === '' || quiet.from === quiet.to)) wrong['quiet'] = 'Choose two different times';
  if (chosen.digest.enabled && chosen.digest.time === '') wrong['digest'] = 'Choose a time';
  return wrong;
}

/** What differs from what is stored; the rest is left out, so that it stays as it is there. */
export function changesIn(stored: Preferences, chosen: Preferences): object {
  const { email, ...fields } = chosen;
  const changed = Object.entries(fields).filter(([name, value]) => !isSame(value, stored[name as keyof Preferences]));
  const mail = email.enabled === stored.email.enabled ? [] : [['email', { enabled: email.enabled }] as const];
  return Object.fromEntries([...changed, ...mail]);
}

export async function savePreferences(changes: object): Promise<Preferences> {
  try {
    return await sendJson<Preferences>('PUT', '/api/preferences', changes);
  } catch (error) {
    const isRefused = error instanceof Problem && error.status === 422;
    throw isRefused ? new Told('One of these was not accepted. Look at the times and the number.') : error;
  }
}

/** A channel of a kind, switched. */
export function withChannel(chosen: Preferences, kind: Kind, channel: Channel, on: boolean): Preferences {
  const others = chosen.kinds[kind].filter((each) => each !== channel);
  return { ...chosen, kinds: { ...chosen.kinds, [kind]: on ? [...others, channel] : others } };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
