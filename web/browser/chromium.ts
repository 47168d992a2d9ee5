import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const program = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Why no browser can be started here; null when one can. */
export const noBrowser = existsSync(program) ? null : `no browser at ${program} (set CHROMIUM)`;

let running: Promise<Browser> | null = null;

/** The one browser of a run: its files share a process, and it ends with that. */
export function oneChromium(): Promise<Browser> {
  return (running ??= startChromium());
}

export function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: program,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
