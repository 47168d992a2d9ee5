/** Just the parts of R4 that these screens show. */
export interface Resource {
  resourceType: string;
  id?: string;
  meta?: { versionId?: string; lastUpdated?: string };
}

export interface Coding {
  system?: string;
  code?: string;
  display?: string;
}

export interface CodeableConcept {
  coding?: Coding[];
  text?: string;
}

export interface Reference {
  reference?: string;
  display?: string;
}

export interface Period {
  start?: string;
  end?: string;
}

export interface HumanName {
  use?: string;
  text?: string;
  family?: string;
  given?: string[];
  prefix?: string[];
}

export interface Person extends Resource {
  name?: HumanName[];
  telecom?: { system?: string; value?: string; use?: string }[];
  address?: { line?: string[]; city?: string; state?: string; postalCode?: string; country?: string }[];
  gender?: string;
  birthDate?: string;
  active?: boolean;
  identifier?: { system?: string; value?: string; type?: CodeableConcept }[];
  deceasedDateTime?: string;
  deceasedBoolean?: boolean;
}

export interface Appointment extends Resource {
  resourceType: 'Appointment';
  status: string;
  start?: string;
  end?: string;
  minutesDuration?: number;
  description?: string;
  appointmentType?: CodeableConcept;
  reasonCode?: CodeableConcept[];
  cancelationReason?: CodeableConcept;
  participant: { actor?: Reference; status?: string; required?: string }[];
}

export interface AllergyIntolerance extends Resource {
  clinicalStatus?: CodeableConcept;
  verificationStatus?: CodeableConcept;
  code?: CodeableConcept;
  criticality?: string;
  category?: string[];
  recordedDate?: string;
  reaction?: { manifestation?: CodeableConcept[]; severity?: string }[];
}

export interface Condition extends Resource {
  clinicalStatus?: CodeableConcept;
  verificationStatus?: CodeableConcept;
  code?: CodeableConcept;
  onsetDateTime?: string;
  abatementDateTime?: string;
  recordedDate?: string;
}

export interface MedicationRequest extends Resource {
  status?: string;
  intent?: string;
  medicationCodeableConcept?: CodeableConcept;
  medicationReference?: Reference;
  authoredOn?: string;
  requester?: Reference;
  dosageInstruction?: { text?: string }[];
}

export interface Quantity {
  value?: number;
  /** `<` 5 is not 5. */
  comparator?: string;
  unit?: string;
  code?: string;
}

export interface ReferenceRange {
  text?: string;
  low?: Quantity;
  high?: Quantity;
  /** Normal where it says nothing. */
  type?: CodeableConcept;
  appliesTo?: CodeableConcept[];
  age?: object;
}

/** What an observation or a component of it says. */
export interface ObservedValue {
  code?: CodeableConcept;
  valueQuantity?: Quantity;
  valueCodeableConcept?: CodeableConcept;
  valueString?: string;
  valueBoolean?: boolean;
  valueInteger?: number;
  valueRange?: { low?: Quantity; high?: Quantity };
  valueRatio?: { numerator?: Quantity; denominator?: Quantity };
  valueSampledData?: object;
  valueTime?: string;
  valueDateTime?: string;
  valuePeriod?: Period;
  dataAbsentReason?: CodeableConcept;
  interpretation?: CodeableConcept[];
  referenceRange?: ReferenceRange[];
}

export interface Observation extends Resource, ObservedValue {
  status?: string;
  subject?: Reference;
  effectiveDateTime?: string;
  issued?: string;
  component?: ObservedValue[];
}

export interface DiagnosticReport extends Resource {
  status?: string;
  category?: CodeableConcept[];
  code?: CodeableConcept;
  effectiveDateTime?: string;
  issued?: string;
  conclusion?: string;
  subject?: Reference;
  result?: Reference[];
}

export interface Encounter extends Resource {
  status?: string;
  class?: Coding;
  type?: CodeableConcept[];
  period?: Period;
  participant?: { individual?: Reference }[];
  reasonCode?: CodeableConcept[];
}

export interface Bundle {
  resourceType: 'Bundle';
  total?: number;
  link?: { relation: string; url: string }[];
  entry?: { resource?: Resource; search?: { mode?: string } }[];
}
