import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { getJson } from '../data/care/requests';
import { ask } from '../data/fhir/requests';
import { addDays, startOf } from '../time/days';
import type { AuditSearch } from './auditSearch';
import { verifyProof } from './verifyProof';

export interface AuditEntry {
  readonly index: number;
  readonly recordedAt: string;
  readonly action: string;
  readonly outcome: string;
  readonly reason?: string | null;
  readonly user?: string | null;
  readonly role?: string | null;
  readonly session?: string | null;
  readonly client?: string | null;
  readonly on?: string | null;
  readonly shown?: readonly string[];
  readonly patientIds?: readonly string[];
  readonly address?: string | null;
  readonly request?: string | null;
  readonly purpose?: string | null;
  readonly query?: string | null;
  readonly detail?: string | null;
  /** The hashes of its way to the root; null where no signed checkpoint holds it yet. */
  readonly proof?: readonly string[] | null;
}

export interface AuditPage {
  readonly items: readonly AuditEntry[];
  readonly nextCursor: string | null;
  readonly size: number;
  readonly checkpoint?: string | null;
}

export function auditQuery({ user, patient, action, outcome, from, to }: AuditSearch) {
  const asked = {
    proof: 'true',
    limit: '50',
    ...(user ? { user } : {}),
    ...(patient ? { patientId: patient } : {}),
    ...(action ? { action } : {}),
    ...(outcome ? { outcome } : {}),
    ...(from ? { from: startOf(from).toISOString() } : {}),
    ...(to ? { to: startOf(addDays(to, 1)).toISOString() } : {}),
  };
  return infiniteQueryOptions({
    queryKey: ['audit', asked],
    queryFn: ({ pageParam }) => {
      const query = new URLSearchParams({ ...asked, ...(pageParam ? { cursor: pageParam } : {}) });
      return getJson<AuditPage>(`/api/audit?${query}`);
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    // Each look is an entry itself, so nothing is loaded that nobody asked for.
    staleTime: Infinity,
  });
}

export function entryQuery(index: string) {
  return queryOptions({ queryKey: ['audit-entry', index], queryFn: () => getJson<AuditEntry>(`/api/audit/${index}`), staleTime: Infinity });
}

/** The proof as a file that needs nothing of this server, and what this browser found when it followed it. */
export async function proveEntry(index: number) {
  const response = await ask(`/api/audit/${index}/proof`, {});
  const text = response.ok ? await response.text() : null;
  // Browsers compute hashes on secure origins alone.
  const canVerify = text !== null && globalThis.crypto?.subtle !== undefined;
  return { text, finding: canVerify ? await verifyProof(text, index) : null };
}

/** How many entries a signed checkpoint holds: its second line. */
export function provedSize(checkpoint: string | null | undefined): number | null {
  const size = Number(checkpoint?.split('\n')[1]);
  return checkpoint && Number.isSafeInteger(size) ? size : null;
}
