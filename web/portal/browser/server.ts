import { missingFor, type Organization } from '../../browser/server';

/** Why the tests cannot run here; null when they can. */
export const missing = missingFor('portal/index.html');

export const people: Organization = {
  tenant: 'harbor',
  name: 'Harbor Clinic',
  users: [
    { email: 'admin@harbor.example', name: 'Ines Aldana', role: 'admin' },
    { email: 'provider@harbor.example', name: 'Maya Okafor', role: 'provider', fhirId: 'harbor-provider' },
    { email: 'records@harbor.example', name: 'Records', role: 'service' },
    { email: 'nurse@harbor.example', name: 'Grace Mbeki', role: 'nurse', fhirId: 'harbor-nurse' },
    { email: 'pharmacy@harbor.example', name: 'Harbor Pharmacy', role: 'pharmacy', fhirId: 'pharmacy-1' },
    { email: 'ana@home.example', name: 'Ana Ruiz', role: 'patient', fhirId: 'ana' },
    { email: 'bo@home.example', name: 'Bo Montgomery', role: 'patient', fhirId: 'bo' },
  ],
};
