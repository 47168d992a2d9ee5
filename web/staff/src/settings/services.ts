import { queryOptions } from '@tanstack/react-query';
import { getJson } from '../data/care/requests';

export interface ServiceAccount {
  readonly id: string;
  readonly displayName: string;
  readonly role: string;
  readonly disabled: boolean;
  readonly lastSeenAt: string | null;
}

export interface ServiceSecret {
  readonly secretId: string;
  readonly createdAt: string;
  readonly createdBy: string | null;
  readonly expiresAt: string | null;
}

interface Page {
  readonly items: readonly ServiceAccount[];
  readonly next: string | null;
}

export const servicesKey = ['settings', 'services'];

/** Users of the role `service`, out of all pages. */
export const servicesQuery = queryOptions({
  queryKey: servicesKey,
  queryFn: async (): Promise<readonly ServiceAccount[]> => {
    const found: ServiceAccount[] = [];
    for (let after: string | null = ''; after !== null; ) {
      const query: URLSearchParams = new URLSearchParams({ limit: '200', ...(after === '' ? {} : { after }) });
      const page: Page = await getJson<Page>(`/api/admin/users?${query}`);
      found.push(...page.items.filter(({ role }) => role === 'service'));
      after = page.next;
    }
    return found.sort((one, other) => one.displayName.localeCompare(other.displayName));
  },
});

export const secretsAt = (id: string) => `/api/admin/service-accounts/${encodeURIComponent(id)}/secrets`;

export function secretsQuery(id: string) {
  return queryOptions({
    queryKey: [...servicesKey, id],
    queryFn: async () => (await getJson<{ items: readonly ServiceSecret[] }>(secretsAt(id))).items,
  });
}
