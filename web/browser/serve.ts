import type { TestProject } from 'vitest/node';
import { Server, type Organization, type Served } from './server';

declare module 'vitest' {
  export interface ProvidedContext {
    served: Served | null;
  }
}

/**
 * A global setup of Vitest: one server for all files of a run, with an organization for each of them, so that no file sees what
 * another one did. Tests that cannot run here say so themselves.
 */
export function serve(missing: string | null, organizations: readonly Organization[]) {
  return async ({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> => {
    const server = missing ? null : await Server.start(organizations);
    provide('served', server?.served ?? null);
    return server ? () => server.stop() : undefined;
  };
}
