const reloadedFor = 'vagus.portal-reloaded-for';

/**
 * The files of a page that are gone are those of an older version: the new one is loaded, once for each version. While the server is away
 * the page stays, for the browser would put its own error in the place of everything; what was typed is on the server by then or waits.
 */
export function reloadOnceForNewVersion(): void {
  window.addEventListener('vite:preloadError', () => void lookAndReload());
}

async function lookAndReload(): Promise<void> {
  const served = await servedEntry().catch(() => null);
  const own = document.querySelector('script[type=module][src]')?.getAttribute('src');
  if (served === null || served === own || wasReloadedFor(served)) return;
  location.reload();
}

/** The script that the server's page starts now. Its name carries a hash of everything. */
async function servedEntry(): Promise<string | null> {
  const response = await fetch('/portal/index.html', { cache: 'no-store' });
  return response.ok ? (/<script[^>]+src="([^"]+)"/.exec(await response.text())?.[1] ?? null) : null;
}

/** A second server of the older version may answer next: without this the page would never stop loading. */
function wasReloadedFor(entry: string): boolean {
  try {
    if (sessionStorage.getItem(reloadedFor) === entry) return true;
    sessionStorage.setItem(reloadedFor, entry);
    return false;
  } catch {
    return true;
  }
}
