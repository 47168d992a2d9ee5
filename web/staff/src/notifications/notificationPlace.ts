import type { Notification } from '@vagus/client';

/** A place in a patient's chart. */
export interface ChartPlace {
  readonly patientId: string;
  readonly search: { readonly view?: 'results' | 'imaging' | 'medications'; readonly open?: string };
}

/** A thread of the inbox. */
export interface ThreadPlace {
  readonly threadId: string;
}

const views = { labs: 'results', imaging: 'imaging', medications: 'medications' } as const;

/** Where a notification leads: a place of this app and nothing else, whatever it says; null where it leads nowhere. */
export function placeOf({ action, patientId }: Pick<Notification, 'action' | 'patientId'>): ChartPlace | ThreadPlace | null {
  const thread = /^\/inbox\/([A-Za-z0-9.-]{1,64})$/.exec(action?.url ?? '')?.[1];
  if (thread !== undefined) return { threadId: thread };
  const path = /^\/patients\/([A-Za-z0-9.-]{1,64})(?:\/([a-z]+)(?:\/([A-Za-z0-9.-]{1,64}))?)?$/.exec(action?.url ?? '');
  const id = path?.[1] ?? patientId;
  if (id === null || id === undefined) return null;
  const part = path?.[2];
  const view = part !== undefined && Object.hasOwn(views, part) ? views[part as keyof typeof views] : undefined;
  if (view === undefined) return { patientId: id, search: {} };
  return { patientId: id, search: { view, ...(path?.[3] ? { open: path[3] } : {}) } };
}
