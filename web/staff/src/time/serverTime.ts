/** The header has whole seconds, and an answer takes a while: less is no difference of the clocks. */
const unsureMs = 2_000;
const slowestMs = 4_000;

let aheadMs = 0;

/** The `Date` of an answer, and when it was asked for and came by the clock of this device. */
export function hearServerTime(date: string | null, askedAt: number, cameAt: number): void {
  const told = Date.parse(date ?? '');
  if (Number.isNaN(told) || cameAt < askedAt || cameAt - askedAt > slowestMs) return;
  const found = told + 500 - (askedAt + cameAt) / 2;
  aheadMs = Math.abs(found) < unsureMs ? 0 : found;
}

/** A time of this device's clock by the clock of the server, which sets deadlines: workstations may be minutes off. */
export function asServerTime(here: number): number {
  return here + aheadMs;
}
