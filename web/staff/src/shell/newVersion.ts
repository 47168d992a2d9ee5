import { Observable } from '../observable';
import { PageNotLoaded } from '../ui/failures';

const reloadedFor = 'vagus.reloaded-for';

export type VersionState = 'current' | 'newer' | 'loading';

export const versionState = new Observable<VersionState>('current');

/** After an interruption: the server may have been upgraded. Open pages go on; the next navigation loads the new version. */
export async function lookForNewVersion(): Promise<void> {
  // The development server writes other scripts into the page.
  if (versionState.value !== 'current' || import.meta.env.DEV) return;
  const served = await servedEntry().catch(() => null);
  if (served !== null && served !== ownEntry()) versionState.set('newer');
}

/**
 * Loads the code of a page. Files that are gone are those of an older version: the new one is loaded, once. While the server is away
 * the page is not left, for the browser would put its own error in the place of everything.
 */
export async function loadPage<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch {
    throw await whyNotLoaded();
  }
}

/** Asks first whether the server is there. */
export async function loadAgain(): Promise<void> {
  await servedEntry();
  location.reload();
}

async function whyNotLoaded(): Promise<Error> {
  let served: string | null;
  try {
    served = await servedEntry();
  } catch {
    return new PageNotLoaded('unreachable');
  }
  if (served === null || served === ownEntry() || wasReloadedFor(served)) return new PageNotLoaded('missing');
  versionState.set('loading');
  location.reload();
  // Nothing is shown in the meantime but that a new version is being loaded.
  return new Promise<never>(() => {});
}

/** A second server of the older version may answer next: one reload for each version, or the page would never stop. */
function wasReloadedFor(entry: string): boolean {
  try {
    if (sessionStorage.getItem(reloadedFor) === entry) return true;
    sessionStorage.setItem(reloadedFor, entry);
    return false;
  } catch {
    return true;
  }
}

/** The script that the server's page starts now. Its name carries a hash of everything. */
async function servedEntry(): Promise<string | null> {
  const response = await fetch('/index.html', { cache: 'no-store' });
  if (!response.ok) throw new TypeError(`The page answered ${response.status}.`);
  return /<script[^>]+src="([^"]+)"/.exec(await response.text())?.[1] ?? null;
}

function ownEntry(): string | null {
  return document.querySelector('script[type=module][src]')?.getAttribute('src') ?? null;
}
