import type { Visits } from './visits';

/** The pages of a role, with one that shows details where there is one. */
export const pages: Readonly<Record<string, readonly string[]>> = {
  provider: [
    '/schedule', '/schedule?view=week', '/schedule?by=room', '/inbox?queue=all', '/inbox?compose=true', '/results', '/results?open=panel',
    '/results?view=latest', '/results?view=overdue', '/results?view=biopsies&open=BIOPSY', '/patients', '/alerts', '/alerts/on-call',
    '/feed', '/notifications', '/preferences', '/preferences/second-step', '/no/such/page',
  ],
  billing: ['/billing', '/billing?state=draft', '/billing?open=CLAIM', '/billing?view=authorizations'],
  lab: ['/results', '/results?view=overdue'],
  radiology: ['/results'],
  admin: [
    '/audit', '/audit?open=ENTRY', '/alerts/on-call', '/settings', '/settings?section=proxies&patient=ana', '/settings?section=policies',
    '/settings?section=limits', '/settings?section=canned', '/settings?section=calendar', '/settings?section=apps',
    '/settings?section=services', '/settings?section=emergency', '/settings?section=keys',
  ],
};

/** What stands for an id in the addresses of pages. */
export interface Details {
  readonly BIOPSY: string;
  readonly CLAIM: string;
  /** An entry of the audit. */
  readonly ENTRY: string;
}

/** Something to show on the pages that show details. */
export async function writeDetails(visits: Visits): Promise<Details> {
  const biopsy = await visits.caller('nurse').ask<{ id: string }>('POST', '/api/biopsies', {
    patientId: 'kenji', providerId: 'okafor', site: 'Left forearm', procedure: 'Punch biopsy', specimen: 'Skin, 4 mm',
  });
  await visits.caller('lab').ask('POST', `/api/biopsies/${biopsy.id}/result`, { diagnosis: 'Seborrheic keratosis', isMalignant: false });
  const claims = await visits.caller('billing').ask<{ items: readonly { id: string }[] }>('GET', '/api/claims?status=denied');
  const audit = await visits.caller('admin').ask<{ items: readonly { index: number }[] }>('GET', '/api/audit?limit=1');
  return { BIOPSY: biopsy.id, CLAIM: claims.items[0]?.id ?? '', ENTRY: String(audit.items[0]?.index ?? '') };
}

export function addressOf(address: string, details: Details): string {
  return address.replace(/BIOPSY|CLAIM|ENTRY/, (word) => details[word as keyof Details]);
}
