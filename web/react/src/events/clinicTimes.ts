/** How times are written: on the clinic's clock, with its zone named where this device's clock shows another time. */
export interface ClinicTimes {
  /** `2:30 PM`, or `2:30 PM EST`. */
  readonly time: (instant: string | number) => string;
  /** `Nov 27, 2026, 2:30 PM`. What is no instant stays as it is. */
  readonly dateAndTime: (instant: string | number) => string;
}

const clock: Intl.DateTimeFormatOptions = { hour: 'numeric', minute: '2-digit' };
const day: Intl.DateTimeFormatOptions = { year: 'numeric', month: 'short', day: 'numeric' };

/** Without a zone, or with one that this browser does not know, times are those of the device. */
export function timesIn(timeZone: string | undefined): ClinicTimes {
  const zone = timeZone !== undefined && isKnown(timeZone) ? { timeZone } : {};
  const write = (options: Intl.DateTimeFormatOptions) => (instant: string | number) => {
    const date = new Date(instant);
    if (Number.isNaN(date.valueOf())) return String(instant);
    const named: Intl.DateTimeFormatOptions = shown(date, zone) === shown(date, {}) ? {} : { timeZoneName: 'short' };
    return date.toLocaleString(undefined, { ...options, ...zone, ...named });
  };
  return { time: write(clock), dateAndTime: write({ ...day, ...clock }) };
}

function shown(date: Date, zone: Intl.DateTimeFormatOptions): string {
  return date.toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short', ...zone });
}

function isKnown(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
