import { isId } from '../data/ids';

export const sections = ['people', 'proxies', 'policies', 'limits', 'canned', 'calendar', 'apps', 'services', 'emergency', 'keys'] as const;
export type Section = (typeof sections)[number];

export interface SettingsSearch {
  /** People without it. */
  section?: Section;
  /** Whose proxies are shown. */
  patient?: string;
}

/** Checked on the way in: what is wrong is dropped. */
export function readSettingsSearch(search: Record<string, unknown>): SettingsSearch {
  const section = sections.slice(1).find((each) => each === search['section']);
  return { ...(section ? { section } : {}), ...(isId(search['patient']) ? { patient: search['patient'] } : {}) };
}
