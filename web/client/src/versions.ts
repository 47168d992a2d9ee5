/** A FHIR reference that names one version, such as `Appointment/12/_history/3`. */
export interface VersionedReference {
  readonly type: string;
  readonly id: string;
  readonly version: string | null;
}

const reference = /(?:^|\/)([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/([A-Za-z0-9\-.]{1,64}))?$/;

export function parseReference(text: string | null | undefined): VersionedReference | null {
  const match = reference.exec(text ?? '');
  return match ? { type: match[1]!, id: match[2]!, version: match[3] ?? null } : null;
}

/**
 * True when `incoming` must not replace `current`: it is as old or older. Versions that are not numbers have no
 * order; then only an equal one is stale.
 */
export function isStale(current: string | null | undefined, incoming: string | null | undefined): boolean {
  if (!current || !incoming) return false;
  const [have, got] = [Number(current), Number(incoming)];
  return Number.isFinite(have) && Number.isFinite(got) ? got <= have : current === incoming;
}
