// A local day: `en-CA` writes it as FHIR does.
export const today = new Date().toLocaleDateString('en-CA');
