/** Milliseconds of a FHIR date, in whichever time zone it is written; what has no date is before everything. */
export function instantOf(text: string | null | undefined): number {
  const instant = Date.parse(text ?? '');
  return Number.isNaN(instant) ? Number.NEGATIVE_INFINITY : instant;
}

/** The earliest first; for two without a date the order stays. */
export function byInstant(one: string, other: string): number {
  const [first, second] = [instantOf(one), instantOf(other)];
  return first === second ? 0 : first < second ? -1 : 1;
}
