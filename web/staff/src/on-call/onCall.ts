import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { getJson, remove, sendJson } from '../data/care/requests';
import { addDays, startOf, type Day } from '../time/days';
import { useAction } from '../ui/useAction';

export const duties = ['provider', 'backup_provider', 'charge_nurse', 'operator'] as const;
export type Duty = (typeof duties)[number];

export const dutyWords: Readonly<Record<Duty, string>> = {
  provider: 'Provider',
  backup_provider: 'Backup provider',
  charge_nurse: 'Charge nurse',
  operator: 'Calls by telephone',
};

export interface Turn {
  readonly id: string;
  readonly duty: Duty;
  readonly userId: string;
  readonly from: string;
  readonly until: string;
}

export interface Away {
  readonly userId: string;
  readonly from: string;
  readonly until: string;
  readonly delegateTo?: string | null;
}

export interface OnCall {
  readonly items: readonly Turn[];
  readonly outOfOffice: readonly Away[];
}

/** No event tells of changes, and the schedule holds nothing of patients. */
const pollMs = 60_000;

export const onCallQuery = queryOptions({
  queryKey: ['on-call'],
  queryFn: () => getJson<OnCall>('/api/on-call'),
  refetchInterval: pollMs,
});

export type OnCallChange =
  | { readonly kind: 'add'; readonly duty: Duty; readonly userId: string; readonly from: string; readonly until: string }
  | { readonly kind: 'remove'; readonly id: string }
  | { readonly kind: 'away'; readonly from: string; readonly until: string; readonly delegateTo?: string }
  | { readonly kind: 'back' };

const done = { add: 'added', remove: 'taken out', away: 'saved', back: 'ended' } as const;

export function useOnCallChange(thenHere: () => void) {
  const queries = useQueryClient();
  return useAction<OnCallChange, unknown>({
    run: change,
    done: ({ kind }) => done[kind],
    about: () => 'the on-call schedule',
    onSuccess: () => void queries.invalidateQueries({ queryKey: onCallQuery.queryKey }),
    thenHere,
  });
}

function change({ kind, ...said }: OnCallChange): Promise<unknown> {
  switch (kind) {
    case 'add':
      return sendJson('POST', '/api/on-call', said);
    case 'remove':
      return remove(`/api/on-call/${encodeURIComponent((said as { id: string }).id)}`);
    case 'away':
      return sendJson('PUT', '/api/on-call/out-of-office', said);
    case 'back':
      return remove('/api/on-call/out-of-office');
  }
}

/** The turns that touch a day, the earliest first. */
export function turnsOn(turns: readonly Turn[], duty: Duty, day: Day): Turn[] {
  const [from, until] = [startOf(day).getTime(), startOf(addDays(day, 1)).getTime()];
  const onDay = turns.filter((turn) => turn.duty === duty && Date.parse(turn.from) < until && Date.parse(turn.until) > from);
  return onDay.sort((one, other) => one.from.localeCompare(other.from));
}

/** True where nobody has the duty at some moment of the day. */
export function hasGap(turns: readonly Turn[], duty: Duty, day: Day): boolean {
  const until = startOf(addDays(day, 1)).getTime();
  let covered = startOf(day).getTime();
  for (const turn of turnsOn(turns, duty, day)) {
    if (Date.parse(turn.from) > covered) return true;
    covered = Math.max(covered, Date.parse(turn.until));
  }
  return covered < until;
}
