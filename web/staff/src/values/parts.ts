import type { Observation } from '../data/fhir/resources';

/** An observation as rows: its own value, where it has one, and one for each of its components. */
export function partsOf(observation: Observation): Observation[] {
  const { component = [], ...own } = observation;
  if (component.length === 0) return [observation];
  const { id, resourceType, status, subject, effectiveDateTime, issued } = own;
  const shared = {
    resourceType,
    ...(status && { status }),
    ...(subject && { subject }),
    ...(effectiveDateTime && { effectiveDateTime }),
    ...(issued && { issued }),
  };
  const parts = component.map((part, index): Observation => ({ ...shared, ...part, id: `${id ?? ''}/${index}` }));
  return hasValue(own) ? [own, ...parts] : parts;
}

/** The id of the observation that a row is of. */
export function wholeId({ id }: Observation): string | undefined {
  return id?.split('/')[0];
}

function hasValue(observation: Observation): boolean {
  return Object.keys(observation).some((key) => /^value[A-Z]/.test(key)) || (observation.interpretation?.length ?? 0) > 0;
}
