import { describe, expect, test } from 'vitest';
import { missing } from './clinic';
import { live, tabTo, Visits } from './visits';

interface Person {
  readonly resourceType: 'Patient';
  readonly id: string;
  readonly meta: { readonly versionId: string };
  readonly telecom?: readonly { readonly system: string; readonly value: string }[];
  readonly [field: string]: unknown;
}

describe.skipIf(missing)(`patients${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest('patients');
  const read = (id: string) => visits.caller('records').ask<Person>('GET', `/fhir/Patient/${id}`);

  test('Somebody new is registered by the keyboard alone; who may be the same person is told first', async () => {
    const page = await visits.open('desk', '/schedule');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Find a patient, page or action' }).fill('register');
    await page.getByRole('option', { name: /Register a patient/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Register a patient' }).waitFor();
    await page.keyboard.type('Ken');
    await tabTo(page, 'Family name');
    await page.keyboard.type('chen');
    await tabTo(page, 'Birth date');
    await page.keyboard.type('1951-11-30');
    const known = page.getByRole('status', { name: 'Recorded already' });
    await known.getByText('Kenji Chen').waitFor();
    expect(await known.textContent()).toContain('MRN 100071');
    await page.getByRole('button', { name: 'Register as another person' }).waitFor();
    await tabTo(page, 'Family name');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('Parkinson');
    await page.getByRole('button', { name: 'Register', exact: true }).waitFor();
    await tabTo(page, 'Telephone');
    await page.keyboard.type('207-555-0101');

    await tabTo(page, 'Register');
    await page.keyboard.press('Enter');

    await page.getByRole('heading', { name: 'Ken Parkinson' }).waitFor();
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    expect(await read(id)).toMatchObject({
      name: [{ use: 'official', given: ['Ken'], family: 'Parkinson' }], birthDate: '1951-11-30', active: true,
      telecom: [{ system: 'phone', value: '207-555-0101' }],
    });
  });

  test('Details are edited while a colleague writes others: both stand there, and the chart has the new name at once', async () => {
    const page = await visits.open('desk', '/patients/sofia');
    await page.getByRole('button', { name: 'Edit details' }).click();
    await page.getByLabel('Family name').fill('Castillo Vega');
    const before = await read('sofia');
    await visits.caller('records').put({ ...before, telecom: [{ system: 'email', value: 'sofia@home.example' }] });

    await page.getByRole('button', { name: 'Save', exact: true }).click();

    await page.getByRole('heading', { name: 'Sofia Castillo Vega' }).waitFor();
    expect(await read('sofia')).toMatchObject({
      name: [{ given: ['Sofia'], family: 'Castillo Vega' }], telecom: [{ system: 'email', value: 'sofia@home.example' }],
    });
  });

  test('Who changes what a colleague has changed meanwhile is shown both, and nothing is written before the choice', async () => {
    const page = await visits.open('desk', '/patients/ana');
    await page.getByRole('button', { name: 'Edit details' }).click();
    await page.getByLabel('Telephone').fill('207-555-0111');
    await page.getByLabel('City').fill('Bath');
    const before = await read('ana');
    await visits.caller('records').put({ ...before, telecom: [{ system: 'phone', value: '207-555-0222' }] });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Theirs: 207-555-0222').waitFor();
    await page.getByText('Yours: 207-555-0111').waitFor();
    expect((await read('ana')).telecom).toEqual([{ system: 'phone', value: '207-555-0222' }]);

    await page.getByRole('button', { name: 'Keep theirs' }).click();

    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await read('ana')).toMatchObject({ telecom: [{ system: 'phone', value: '207-555-0222' }], address: [{ city: 'Bath' }] });
    expect((await read('ana'))['identifier']).toEqual(before['identifier']);
  });

  test('Who may not write patients is offered neither', async () => {
    const page = await visits.open('lab', '/patients/ana');
    await page.getByRole('heading', { name: 'Ana Ruiz' }).waitFor();
    expect(await page.getByRole('button', { name: 'Edit details' }).count()).toBe(0);
    await page.goto('/patients');
    await live(page);
    await page.getByRole('list', { name: 'Patients' }).waitFor();
    expect(await page.getByRole('button', { name: 'Register a patient' }).count()).toBe(0);
  });
});
