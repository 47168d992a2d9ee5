import { describe, expect, test } from 'vitest';
import { missing, writeOrder, writePanel } from './clinic';
import { tabTo, Visits } from './visits';

describe.skipIf(missing)(`results and biopsies${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest('results');

  test('A result of what a provider ordered appears by itself, is reviewed by the keyboard alone, and is off the list', async () => {
    const page = await visits.open('provider', '/results');
    const list = page.getByRole('list', { name: 'Results to review' });
    await list.getByRole('link', { name: /Ana Ruiz/ }).waitFor();

    await visits.caller('records').put({
      resourceType: 'Observation', id: 'potassium-before', status: 'final', subject: { reference: 'Patient/kenji' },
      code: { text: 'Potassium', coding: [{ system: 'http://loinc.org', code: '2823-3' }] },
      effectiveDateTime: new Date(Date.now() - 30 * 86_400_000).toISOString(), valueQuantity: { value: 4.4, unit: 'mmol/L' },
    });
    await writeOrder(visits.caller('records'), 'order-live', 'kenji');
    await writePanel(visits.caller('records'), 'live-panel', 'kenji', 'order-live', 5.9, 'H');
    await list.getByRole('link', { name: /Kenji Chen.*High Potassium 5.9 mmol\/L, before 4.4 mmol\/L/ }).waitFor();
    // Having read a notification is not having judged a result.
    await page.getByRole('button', { name: /^Notifications/ }).click();
    await page.getByRole('button', { name: 'Mark all read' }).click();
    await page.getByRole('button', { name: 'Mark all read' }).waitFor({ state: 'hidden' });
    await page.keyboard.press('Escape');
    await page.reload();
    await list.getByRole('link', { name: /Ana Ruiz/ }).waitFor();
    await page.getByRole('heading', { name: 'Results', level: 1 }).focus();
    await tabTo(page, /Kenji Chen/);
    await page.keyboard.press('Enter');
    await page.getByRole('row', { name: /Potassium 5.9 mmol\/L High 4.4 mmol\/L \(/ }).waitFor();
    await tabTo(page, 'Reviewed, next');
    await page.keyboard.press('Enter');

    await page.getByRole('heading', { name: 'Basic metabolic panel', level: 2 }).waitFor();
    await expect.poll(() => list.getByRole('link', { name: /Kenji Chen/ }).count()).toBe(0);
    await page.keyboard.press('Escape');
    await expect.poll(() => new URL(page.url()).search).toBe('');
    await page.getByRole('link', { name: 'Latest results' }).click();
    await page.getByRole('list', { name: 'Latest results' }).getByText(/Potassium 5.9 mmol\/L, before 4.4 mmol\/L/).waitFor();
  });

  test('What the laboratory records of a biopsy the provider sees at once and signs, what a colleague typed offline stays', async () => {
    const { id } = await visits.caller('nurse').ask<{ id: string }>('POST', '/api/biopsies', {
      patientId: 'sofia', providerId: 'okafor', site: 'Back', procedure: 'Shave biopsy',
    });
    const provider = await visits.open('provider', `/results?view=biopsies&open=${id}`);
    const again = await visits.open('provider', `/results?view=biopsies&open=${id}`);
    const lab = await visits.open('lab', `/results?view=biopsies&open=${id}`);

    await provider.getByRole('button', { name: 'Mark as taken' }).click();
    await provider.getByRole('button', { name: 'Mark as sent' }).click();
    // Each step is named from the beginning: the laboratory writes on what it has seen to be sent.
    await lab.getByRole('listitem').and(lab.locator('[data-done]')).filter({ hasText: 'Sent to the laboratory' }).waitFor();
    await lab.getByRole('button', { name: 'Record the result…' }).click();
    await lab.getByLabel('Diagnosis').fill('Dysplastic nevus');
    await lab.getByRole('button', { name: 'Record the result' }).click();
    await lab.getByText('Say whether it is malignant. Nothing was recorded.').waitFor();
    await lab.getByLabel('No, not malignant').check();
    await lab.getByRole('button', { name: 'Record the result' }).click();
    for (const page of [provider, again]) {
      await page.getByText('Dysplastic nevus').waitFor();
      await page.getByRole('combobox', { name: 'What is to be done?' }).fill('Excision');
    }
    await again.context().setOffline(true);
    await provider.getByRole('button', { name: 'Sign the review' }).click();
    await provider.getByText('Signed by Maya Okafor').waitFor();

    await again.getByRole('button', { name: 'Sign the review' }).click();
    await again.getByText('You are offline. Nothing was sent.').waitFor();
    expect(await again.getByRole('combobox', { name: 'What is to be done?' }).inputValue()).toBe('Excision');
    await again.context().setOffline(false);
    await again.getByText('Signed by Maya Okafor').waitFor();
  });

  test('A biopsy that waits too long stands on its list, and a page that is not open says so calmly', async () => {
    await visits.caller('records').put({
      resourceType: 'ServiceRequest', id: 'late-biopsy', status: 'active', intent: 'order', subject: { reference: 'Patient/ana' },
      requester: { reference: 'Practitioner/okafor' }, authoredOn: new Date(Date.now() - 30 * 86_400_000).toISOString(),
      code: { coding: [{ system: 'http://snomed.info/sct', code: '240977001' }], text: 'Biopsy of skin' },
    });
    const provider = await visits.open('provider', '/results?view=overdue');
    await provider.getByRole('list', { name: 'Overdue biopsies' }).getByText(/Result overdue since/).waitFor();

    const desk = await visits.open('desk', '/results');
    await desk.getByText('This page is not open to your role.').waitFor();
  });
});
