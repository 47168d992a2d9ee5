/** A FHIR resource as the server stores it. */
export interface FhirResource {
  readonly resourceType: string;
  readonly id: string;
  readonly meta?: { readonly versionId?: string; readonly lastUpdated?: string };
  readonly [field: string]: unknown;
}
