import { mkdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspect as inspectPage } from '../../browser/inspect';
import { missing, signIn, startChromium, visit } from './chromium';
import { ClinicServer } from './clinic/clinicServer';

/** Where to put pictures of every page; none are made without it. */
const pictures = process.env['PICTURES'];

const pages: Record<string, (page: Page) => Promise<void>> = {
  schedule: async (page) => page.getByText('Farid Haddad').first().waitFor(),
  'schedule-empty': async (page) => {
    await page.goto('/schedule?date=2031-01-05');
    await page.getByText('No appointments on').waitFor();
  },
  'appointment-dialog': async (page) => {
    await page.getByRole('button', { name: /Chidi Eze/ }).first().click();
    await page.getByRole('button', { name: 'Check in' }).waitFor();
    await page.waitForTimeout(300);
  },
  'cancel-question': async (page) => {
    await page.getByRole('button', { name: /Chidi Eze/ }).first().click();
    await page.getByRole('button', { name: 'Cancel appointment' }).click();
    await page.getByRole('button', { name: 'Keep it' }).waitFor();
    await page.waitForTimeout(300);
  },
  booking: async (page) => {
    await page.getByRole('button', { name: 'Book appointment' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Book', exact: true }).click();
    await page.getByText('Choose a provider').first().waitFor();
    await page.waitForTimeout(300);
  },
  'booking-picker': async (page) => {
    await page.getByRole('button', { name: 'Book appointment' }).click();
    await page.getByRole('combobox', { name: 'Patient' }).fill('an');
    await page.getByRole('option').first().waitFor();
    await page.waitForTimeout(400);
  },
  inbox: async (page) => {
    await page.goto('/inbox?queue=all');
    await page.getByText('Refill of metformin').waitFor();
  },
  'inbox-empty': async (page) => {
    await page.goto('/inbox?queue=closed');
    await page.getByText('No thread is closed yet').waitFor();
  },
  'inbox-selected': async (page) => {
    await page.goto('/inbox?queue=all');
    await page.getByRole('checkbox', { name: /Ana Ruiz/ }).check();
    await page.getByRole('group', { name: 'Selected threads' }).waitFor();
  },
  'inbox-thread': async (page) => {
    await page.goto('/inbox?queue=all&thread=thread-1');
    await page.getByText('Last HbA1c').waitFor();
    await page.getByRole('textbox', { name: 'Message to the patient' }).fill('It is ready.');
    await page.getByText('Draft saved').waitFor();
  },
  'inbox-note': async (page) => {
    await page.goto('/inbox?queue=all&thread=thread-2');
    await page.getByRole('button', { name: 'Internal note' }).click();
    await page.getByRole('textbox', { name: 'Note for staff' }).fill('Ask about the other arm.');
    await page.getByText('Draft saved').waitFor();
  },
  'inbox-take-back-dialog': async (page) => {
    await page.goto('/inbox?queue=all&thread=thread-1');
    await page.getByRole('textbox', { name: 'Message to the patient' }).fill('It is ready.');
    await page.getByRole('button', { name: 'Send to patient' }).click();
    await page.getByRole('button', { name: 'Take back…' }).last().click();
    await page.getByRole('dialog', { name: 'Take back this message' }).waitFor();
    await page.waitForTimeout(300);
  },
  'inbox-canned': async (page) => {
    await page.goto('/inbox?queue=all&thread=thread-4');
    await page.getByRole('button', { name: 'Canned responses' }).click();
    await page.getByRole('button', { name: /Prescription approved/ }).waitFor();
  },
  'inbox-more': async (page) => {
    await page.goto('/inbox?queue=all&thread=thread-2');
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitemradio', { name: 'In progress' }).waitFor();
    await page.waitForTimeout(300);
  },
  'inbox-unknown': async (page) => {
    await page.goto('/inbox?thread=nothing');
    await page.getByText('There is no such thread').waitFor();
  },
  'inbox-shortcuts-dialog': async (page) => {
    await page.goto('/inbox');
    await page.getByText('Refill of metformin').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.waitForTimeout(300);
  },
  patients: async (page) => {
    await page.goto('/patients');
    await page.getByText('Ana Ruiz').waitFor();
  },
  patient: async (page) => {
    await page.goto('/patients/patient-1');
    await page.getByText('Type 2 diabetes mellitus').waitFor();
    await page.getByRole('button', { name: 'Show past problems' }).click();
    await page.getByText('Acute bronchitis').waitFor();
  },
  'patient-timeline': async (page) => {
    await page.goto('/patients/patient-1?view=timeline');
    await page.getByRole('list', { name: 'Timeline' }).getByText('Annual check').waitFor();
  },
  'patient-results': async (page) => {
    await page.goto('/patients/patient-1?view=results&open=report-1');
    await page.getByText('Critical high').first().waitFor();
    await page.getByRole('columnheader', { name: 'Range' }).waitFor({ state: 'attached' });
  },
  'patient-medications': async (page) => {
    await page.goto('/patients/patient-1?view=medications');
    await page.getByText('Lisinopril').first().waitFor();
  },
  'patient-imaging': async (page) => {
    await page.goto('/patients/patient-1?view=imaging&open=study-1');
    await page.getByText('No acute cardiopulmonary process').first().waitFor();
  },
  'patient-visits': async (page) => {
    await page.goto('/patients/patient-1?view=encounters');
    await page.getByText('Emergency visit').waitFor();
  },
  'patient-messages': async (page) => {
    await page.goto('/patients/patient-1?view=messages');
    await page.getByRole('list', { name: 'Conversations' }).getByText('Refill of metformin').waitFor();
  },
  'patient-past': async (page) => {
    await page.goto('/patients/patient-1?asOf=2026-01-02T15:04:00.000Z');
    await page.getByRole('status', { name: 'Shown moment' }).waitFor();
    await page.getByText('Type 2 diabetes mellitus').waitFor();
    await page.getByRole('button', { name: 'As of' }).click();
  },
  'alert-bar': async (page) => {
    raise('a1');
    raise('a2', { message: 'CRITICAL: Hemoglobin = 5.1 g/dL', patientName: 'Ben Carter' });
    await page.getByRole('region', { name: 'Critical alerts' }).getByText('+1 more').waitFor();
  },
  'alert-dialog': async (page) => {
    raise('a1');
    await page.getByRole('button', { name: 'Acknowledge…' }).click();
    await page.getByRole('dialog').getByLabel('Read back the value').fill('9.6');
    await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge', exact: true }).click();
    await page.getByRole('alert', { name: 'Not acknowledged' }).waitFor();
    await page.waitForTimeout(300);
  },
  'alert-delegate': async (page) => {
    raise('a1');
    await page.getByRole('button', { name: 'Acknowledge…' }).click();
    await page.getByRole('button', { name: 'Hand to a colleague…' }).click();
    await page.getByRole('combobox', { name: 'Colleague' }).waitFor();
    await page.waitForTimeout(300);
  },
  'alert-act': async (page) => {
    raise('a1', { state: 'acknowledged', acknowledgedBy: 'user-1' });
    await page.getByRole('button', { name: 'Record action…' }).click();
    await page.getByRole('combobox', { name: 'What was done?' }).waitFor();
    await page.waitForTimeout(300);
  },
  alerts: async (page) => {
    raise('a1');
    raise('a2', { owner: { userId: 'user-2', name: 'Grace Mbeki', role: 'provider' }, message: 'CRITICAL: Hemoglobin = 5.1 g/dL' });
    raise('a3', { state: 'acknowledged', acknowledgedBy: 'user-1', phoneTask: true });
    await page.getByRole('link', { name: 'Alerts', exact: true }).click();
    await page.getByRole('list', { name: 'Open alerts' }).getByText('Hemoglobin').waitFor();
  },
  'alerts-settled': async (page) => {
    clinic.care.raise('a1', { state: 'resolved', action: 'treated', resolvedAt: new Date().toISOString() });
    await page.goto('/alerts?show=settled');
    await page.getByRole('list', { name: 'Settled alerts' }).waitFor();
  },
  notifications: async (page) => {
    clinic.care.notifications = someNotifications();
    await page.goto('/notifications');
    await page.getByText('CBC is available').waitFor();
  },
  'notification-panel': async (page) => {
    clinic.care.notifications = someNotifications();
    // A page with nothing that the panel would cover by half.
    await page.goto('/patients/nobody');
    await page.getByRole('button', { name: 'Notifications, 1 new' }).click();
    await page.getByRole('dialog', { name: 'Notifications' }).getByText('CBC is available').waitFor();
    await page.waitForTimeout(300);
  },
  preferences: async (page) => {
    await page.goto('/preferences');
    await page.getByRole('switch', { name: 'Quiet hours' }).click();
    await page.getByLabel('Quiet from').waitFor();
  },
  'patient-unknown': async (page) => {
    await page.goto('/patients/nobody');
    await page.getByText('There is no such patient').waitFor();
  },
  feed: async (page) => {
    await page.getByRole('link', { name: 'Live feed' }).click();
    await page.getByRole('list', { name: 'Events' }).getByText('Critical lab result').waitFor();
  },
  'user-menu': async (page) => {
    await page.getByRole('button', { name: /Account/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
    await page.waitForTimeout(300);
  },
  'patient-delayed': async (page) => {
    clinic.blockResourceSockets(true);
    await page.goto('/patients/patient-1');
    await page.getByRole('status', { name: 'Freshness of this chart' }).waitFor();
    await page.getByText('Updates delayed').waitFor();
  },
  banners: async (page) => {
    const path = '**/fhir/Appointment/appointment-6';
    await page.getByRole('button', { name: /10:35 AM.*Farid Haddad/ }).click();
    let close!: () => void;
    const closed = new Promise<void>((resolve) => (close = resolve));
    await page.route(path, async (route) => {
      await closed;
      await route.abort();
    });
    await page.getByRole('button', { name: 'Check in' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    close();
    await page.getByRole('alert').filter({ hasText: 'Farid Haddad' }).waitFor();
    await page.unroute(path);
    await page.context().setOffline(true);
    await page.getByText('You are offline since').waitFor();
    await page.getByRole('button', { name: 'Next day' }).click();
    await page.getByText('not loaded on this device yet').waitFor();
  },
  'page-refused': async (page) => {
    // What the page before still asks for would be refused, and the console would say so.
    await page.goto('about:blank');
    clinic.permissions = { Patient: ['read'] };
    await page.goto('/schedule');
    await page.getByText('This page is not open to your role').waitFor();
  },
  'not-found': async (page) => {
    await page.goto('/no/such/page');
    await page.getByRole('heading', { name: 'Page not found' }).waitFor();
  },
};

let browser: Browser;
let clinic: ClinicServer;

describe.skipIf(missing)(`every page${missing ? `: skipped, ${missing}` : ''}`, () => {
  beforeAll(async () => {
    if (pictures) mkdirSync(pictures, { recursive: true });
    browser = await startChromium();
    clinic = await ClinicServer.start();
  });
  afterAll(async () => {
    await browser.close();
    await clinic.stop();
  });

  for (const scheme of ['light', 'dark'] as const) {
    for (const width of [1280, 320]) {
      test(`in ${scheme} at ${width} px has no accessibility finding, fits its width and keeps the console silent`, async () => {
        const { context, page, said } = await visit(browser, clinic, { width, scheme });
        await page.goto('/');
        await page.getByRole('button', { name: 'Sign in' }).waitFor();
        const findings = await inspect(page, `sign-in-${scheme}-${width}`);
        await signIn(page);
        for (const [name, open] of Object.entries(pages)) {
          clinic.blockResourceSockets(false);
          clinic.permissions = { '*': ['read', 'create', 'update', 'delete'] };
          clinic.care.alerts.clear();
          clinic.care.notifications = [];
          await context.setOffline(false);
          await page.goto('/');
          await page.getByRole('status', { name: 'Connection' }).getByText('Live').waitFor();
          if (name === 'feed') publishSome();
          await open(page);
          findings.push(...(await inspect(page, `${name}-${scheme}-${width}`)));
        }
        await context.close();

        expect(findings).toEqual([]);
        // The browser itself writes what was not found and what could not be reached.
        // 422 is a read-back that differs.
        expect(said.filter((line) => !/status of (404|422)|net::ERR_|WebSocket connection to/.test(line))).toEqual([]);
      }, 240_000);
    }
  }
});

/** Stored and told, as the server does both in one. */
function raise(id: string, more: Record<string, unknown> = {}): void {
  clinic.publish('critical_alert', clinic.care.raise(id, more), 'patient-1');
}

function someNotifications(): Record<string, unknown>[] {
  const lab = {
    id: 'n2', type: 'lab_result_available', priority: 'normal', title: 'Lab Results Available', message: 'CBC is available for Ana Ruiz',
    patientId: 'patient-1', reportId: 'report-1', action: { type: 'view_lab_result', url: '/patients/patient-1/labs/report-1' },
    createdAt: new Date().toISOString(), seenAt: null, readAt: null,
  };
  const biopsy = { ...lab, id: 'n1', priority: 'high', title: 'Biopsy Result', message: 'Left forearm, Ben Carter', action: null };
  return [lab, { ...biopsy, tracked: true, seenAt: lab.createdAt }];
}

function publishSome(): void {
  const lab = { testName: 'Potassium', patientName: 'Ana Ruiz' };
  const booked = { patientName: 'Ben Carter', providerName: 'Dr. Amara Lee', scheduledStart: new Date().toISOString() };
  clinic.publish('appointment:created', booked, 'patient-2');
  clinic.publish('lab:result_available', lab, 'patient-1');
  clinic.publish('payment:received', {}, 'patient-3');
  clinic.publish('lab:critical_alert', lab, 'patient-1');
}

async function inspect(page: Page, name: string): Promise<string[]> {
  if (pictures) await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: !name.includes('dialog') && !name.includes('booking') });
  return inspectPage(page, name);
}
