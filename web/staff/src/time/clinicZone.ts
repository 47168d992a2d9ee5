/** This device's own. */
const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

let zone = ownZone;

/** Where the clinic is: its days begin there and its clock shows the times of every screen. */
export function clinicZone(): string {
  return zone;
}

/** As the server tells it. It says UTC where the organization has set none: this device's zone is the better guess then. */
export function setClinicZone(name: string | undefined): void {
  zone = name === undefined || name === 'UTC' || !isZone(name) ? ownZone : name;
}

/** A date or a time in words, on the clinic's clock. */
export function zoned(options: Intl.DateTimeFormatOptions, locale?: string): (instant: Date) => string {
  let made = { zone: '', format: new Intl.DateTimeFormat(locale, options) };
  return (instant) => {
    if (made.zone !== zone) made = { zone, format: new Intl.DateTimeFormat(locale, { ...options, timeZone: zone }) };
    return made.format.format(instant);
  };
}

/** What the clock of a zone shows at an instant: `2026-11-27 14:30`. */
export function shownIn(timeZone: string, instant: Date): string {
  return new Intl.DateTimeFormat('sv-SE', {
    timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
  }).format(instant);
}

// `2026-11-27 14:30:00`
const shown = zoned(
  { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }, 'sv-SE',
);

/** What the clinic's clock shows at an instant, as the milliseconds at which a clock in UTC shows the same. */
export function shownAt(instant: number): number {
  if (Number.isNaN(instant)) return instant;
  const wholeSeconds = Date.parse(`${shown(new Date(instant)).replace(' ', 'T')}Z`);
  return wholeSeconds + (((instant % 1_000) + 1_000) % 1_000);
}

/** When the clinic's clock shows this; a time that the clock leaves out is as much later as the clock is moved. */
export function instantShown(clock: number): number {
  const [first, second] = [clock - offsetAt(clock), clock - offsetAt(clock - offsetAt(clock))];
  const right = [first, second].find((instant) => shownAt(instant) === clock);
  return right ?? Math.max(first, second);
}

function offsetAt(instant: number): number {
  return shownAt(instant) - instant;
}

/** How far this device's clock is ahead of the clinic's at an instant, in minutes. */
export function minutesAhead(instant: number): number {
  const clock = -new Date(instant).getTimezoneOffset();
  return clock - Math.round(offsetAt(instant) / 60_000);
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
