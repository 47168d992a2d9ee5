import { missingFor, type Organization } from '../../browser/server';

/** Why the tests cannot run here; null when they can. */
export const missing = missingFor('portal/index.html');

/** The files of tests, by the organization that each has for itself. */
export const clinics = [
  'account', 'contract', 'installed', 'messages', 'outbox', 'pages', 'people', 'second-factor', 'weight', 'pictures',
] as const;

export type ClinicName = (typeof clinics)[number];

/** An address is in one organization, so that nobody has to name it at the sign-in. */
export function peopleOf(clinic: ClinicName): Organization {
  const at = `${clinic}.example`;
  return {
    tenant: clinic,
    name: 'Harbor Clinic',
    users: [
      { email: `admin@${at}`, name: 'Ines Aldana', role: 'admin' },
      { email: `provider@${at}`, name: 'Maya Okafor', role: 'provider', fhirId: 'harbor-provider' },
      { email: `records@${at}`, name: 'Records', role: 'service' },
      { email: `nurse@${at}`, name: 'Grace Mbeki', role: 'nurse', fhirId: 'harbor-nurse' },
      { email: `pharmacy@${at}`, name: 'Harbor Pharmacy', role: 'pharmacy', fhirId: 'pharmacy-1' },
      { email: `ana@${at}`, name: 'Ana Ruiz', role: 'patient', fhirId: 'ana' },
      { email: `bo@${at}`, name: 'Bo Montgomery', role: 'patient', fhirId: 'bo' },
    ],
  };
}
