import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const workspace = fileURLToPath(new URL('..', import.meta.url));

/** Files of an app that say this, by their path in it. */
async function filesWith(app: string, words: RegExp): Promise<string[]> {
  const src = join(workspace, app, 'src');
  const entries = (await readdir(src, { recursive: true })).filter((name) => /\.tsx?$/.test(name));
  const found = await Promise.all(entries.map(async (name) => (words.test(await readFile(join(src, name), 'utf8')) ? [name] : [])));
  return found.flat().toSorted();
}

/** Everything that makes a text of an instant by the zone of the device. */
const byTheDevice = /Intl\.DateTimeFormat|toLocale(?:Date|Time)?String\(|\.get(?:Hours|Minutes|Date|Day|Month)\(/;

describe('Times are those of the clinic', () => {
  test('in the staff app, where one file makes them', async () => {
    expect(await filesWith('staff', byTheDevice)).toEqual(['time/clinicZone.ts']);
  });

  test('in the portal, on the pages of the record', async () => {
    // The last names the zone of the device, for notices in quiet hours.
    expect(await filesWith('portal', byTheDevice)).toEqual(['data/useClinicDates.ts', 'more/PreferencesPage.tsx', 'words/dates.ts']);
    const ofTheDevice = await filesWith('portal', /\bdates\b[^}\n]*\} = useWords\(\)/);
    // When something was loaded, and what belongs to the person's own account and devices.
    expect(ofTheDevice).toEqual([
      'data/useClinicDates.ts', 'more/AppsPage.tsx', 'more/DevicesPage.tsx', 'more/PeoplePage.tsx', 'more/SecondStepPage.tsx',
      'shell/ConnectionState.tsx', 'ui/QueryView.tsx',
    ]);
  });
});
