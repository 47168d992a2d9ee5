import { describe, expect, test } from 'vitest';
import { writePanel } from './clinic';
import { missing } from './server';
import { passGate, threadIdOf, Visits, writeMessage } from './visits';

interface StaffThread {
  readonly thread: { readonly patient: { readonly id: string } };
}

describe.skipIf(missing)(`people, results and appointments${missing ? `: skipped, ${missing}` : ''}`, () => {
  const visits = Visits.forEachTest('people');

  test('A mother writes for her daughter: every page says for whom, and the thread is the daughter’s', async () => {
    const page = await visits.open('ana');
    const strip = page.getByRole('region', { name: 'For whom you act' });
    await strip.getByRole('combobox').selectOption('Mia Ruiz');

    await writeMessage(page, 'Mia has a fever', '39 degrees since last night.');

    const { thread } = await visits.nurse.ask<StaffThread>('GET', `/api/patient-messages/threads/${threadIdOf(page)}`);
    expect(thread.patient.id).toBe('mia');
    for (const place of ['Results', 'Appointments', 'More']) {
      await page.getByRole('navigation').getByRole('link', { name: place }).click();
      expect(await strip.getByRole('combobox').inputValue()).toBe('mia');
    }
    await strip.getByRole('button', { name: 'Back to me' }).click();
    await page.getByRole('navigation').getByRole('link', { name: 'Messages' }).click();
    await page.getByRole('heading', { name: 'Messages' }).waitFor();
    await expect.poll(() => page.getByText('Mia has a fever').count()).toBe(0);
  });

  test('A link to the thread of a dependant says at once for whom it is', async () => {
    const page = await visits.open('ana');
    await page.getByRole('region', { name: 'For whom you act' }).getByRole('combobox').selectOption('Mia Ruiz');
    await writeMessage(page, 'For Mia again', 'A rash.');
    const other = await visits.open('ana', `/portal/messages/${threadIdOf(page)}`);

    await other.getByText('You write for Mia Ruiz to the care team.').waitFor();
    expect(await other.getByRole('region', { name: 'For whom you act' }).getByRole('combobox').inputValue()).toBe('mia');
  });

  test('A message that was begun for one person is not sent for another without a choice', async () => {
    const page = await visits.open('ana');
    await passGate(page);
    await page.getByLabel('Your message').fill('My own knee hurts.');
    await page.getByRole('region', { name: 'For whom you act' }).getByRole('combobox').selectOption('Mia Ruiz');
    await passGate(page);

    await page.getByText('You began this message for Ana Ruiz:').waitFor();
    expect(await page.getByRole('button', { name: 'Send', exact: true }).count()).toBe(0);
    await page.getByRole('button', { name: 'Go on for Ana Ruiz' }).click();
    await expect.poll(() => page.getByLabel('Your message').inputValue()).toBe('My own knee hurts.');
    expect(await page.getByRole('button', { name: 'Back to me' }).count()).toBe(0);
  });

  test('Somebody who acts for nobody is asked nothing', async () => {
    const page = await visits.open('bo');

    expect(await page.getByRole('region', { name: 'For whom you act' }).count()).toBe(0);
    await page.goto('/portal/more/people');
    await page.getByText('You act for nobody else.').waitFor();
  });

  test('A result says in words what it means, a new one comes without a reload, and one that was opened is not new', async () => {
    const page = await visits.open('ana', '/portal/results');
    await page.getByText('1 of 3 values is outside the usual range.').waitFor();
    await writePanel(visits.records, 'panel-2', 'Second panel');
    await page.getByRole('link', { name: /Second panel.*New/ }).click();

    await page.getByText('Higher than usual').waitFor();
    await page.getByText('Usual: 3.5-5.1 mmol/L').waitFor();
    await page.getByText('240 ×10³/µL').waitFor();
    await page.getByRole('link', { name: 'All results' }).click();
    await expect.poll(() => page.getByRole('link', { name: /Second panel.*New/ }).count()).toBe(0);
    await page.getByRole('link', { name: /Chest X-ray/ }).click();
    await page.getByText('Clear lungs. Heart of usual size.').waitFor();
  });

  test('The result of another patient is not there', async () => {
    const page = await visits.open('bo', '/portal/results/panel');

    await page.getByRole('heading', { name: 'There is no such result' }).waitFor();
  });

  test('The next appointment is large, and past ones are there when they are asked for', async () => {
    const page = await visits.open('ana', '/portal/appointments');
    const next = page.getByRole('region', { name: 'Your next appointment' });
    await next.getByText('Maya Okafor').waitFor();
    await next.getByText('Follow-up · Blood pressure').waitFor();
    const download = page.waitForEvent('download');
    await next.getByRole('button', { name: 'Add to my calendar' }).click();
    expect((await download).suggestedFilename()).toBe('appointment.ics');

    await page.getByRole('button', { name: 'Show past appointments' }).click();
    await page.getByRole('heading', { name: 'Past appointments' }).waitFor();
    await page.getByText('Done').waitFor();
  });
});
