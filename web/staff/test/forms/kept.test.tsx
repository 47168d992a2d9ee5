// @vitest-environment jsdom
import type { Alert, SessionState } from '@vagus/client';
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import type { ReactElement } from 'react';
import { beforeEach, describe, expect, test } from 'vitest';
import { AcknowledgeForm } from '../../src/alerts/AcknowledgeForm';
import { CallForm } from '../../src/alerts/CallForm';
import { DelegateForm } from '../../src/alerts/DelegateForm';
import { ResolveForm } from '../../src/alerts/ResolveForm';
import type { Answering } from '../../src/alerts/useAnswer';
import { BookAppointmentDialog } from '../../src/appointments/BookAppointmentDialog';
import { MoveAppointmentForm } from '../../src/appointments/MoveAppointmentForm';
import { AnswerForm } from '../../src/billing/AnswerForm';
import type { Claim } from '../../src/billing/claims';
import { forgetUnlessReturning } from '../../src/data/session/leaving';
import { AddTurnDialog } from '../../src/on-call/AddTurnDialog';
import { AwaySection } from '../../src/on-call/AwaySection';
import { RecordResultForm } from '../../src/results/RecordResultForm';
import { SignReviewForm } from '../../src/results/SignReviewForm';
import { CannedDialog } from '../../src/settings/CannedDialog';
import { InvitePersonDialog } from '../../src/settings/InvitePersonDialog';
import { RegisterAppDialog } from '../../src/settings/RegisterAppDialog';
import { SettingText } from '../../src/settings/SettingText';
import { NotSent } from '../../src/ui/NotSent';
import { bundle, FormPage } from './formPage';

const page = FormPage.forEachTest();
const nothing = () => {};
const alert = { id: 'a1', message: 'CRITICAL: Potassium = 6.9', owner: null } as unknown as Alert;
const answering = { mutate: nothing, isPending: false, error: null, variables: undefined } as unknown as Answering;
const appointment = {
  resourceType: 'Appointment', id: 'one', status: 'booked', start: '2026-11-27T15:00:00Z', end: '2026-11-27T15:30:00Z', participant: [],
} as const;
const claim = { id: 'c', status: 'denied', total: 9 } as Claim;
const person = (id: string): SessionState => ({ status: 'signed_in', user: { id, email: '', displayName: '', role: 'nurse' } });

const forms: readonly [name: string, form: () => ReactElement, field: string, text: string][] = [
  ['acknowledging', () => <AcknowledgeForm alert={alert} isMine answering={answering} />, 'Read back the value', '6.9'],
  ['the action of an alert', () => <ResolveForm alert={alert} answering={answering} />, 'Note', 'Calcium given'],
  ['handing an alert on', () => <DelegateForm alert={alert} answering={answering} onBack={nothing} />, 'Note', 'I am in surgery'],
  ['a call', () => <CallForm alert={alert} answering={answering} onBack={nothing} />, 'Whom did you call?', 'Dr. Lee'],
  ['booking', () => <BookAppointmentDialog day="2026-11-27" opened onClose={nothing} onBooked={nothing} />, 'Reason', 'Cough'],
  [
    'moving', () => <MoveAppointmentForm appointment={{ ...appointment, participant: [] }} about="" onDone={nothing} onBack={nothing} />,
    'New start', '16:45',
  ],
  [
    'the result of a biopsy', () => <RecordResultForm biopsyId="b" busy={false} onRecord={nothing} onBack={nothing} />,
    'Diagnosis', 'Nevus',
  ],
  ['signing a biopsy', () => <SignReviewForm biopsyId="b" busy={false} onSign={nothing} />, 'Note', 'Call her'],
  [
    'the answer of an insurer', () => <AnswerForm claim={claim} busy={false} onAnswer={nothing} />,
    "The insurer's answer", 'Pays all',
  ],
  ['a canned response', () => <CannedDialog edited="new" onClose={nothing} />, 'Text', 'We have your refill'],
  ['inviting', () => <InvitePersonDialog opened reloads={[]} onClose={nothing} />, 'Name', 'Grace Mbeki'],
  ['an application', () => <RegisterAppDialog opened reloads={[]} onClose={nothing} />, 'Addresses to come back to', 'https://a.example'],
  ['a setting', () => <SettingText name="retention" label="Retention" />, 'Retention', '{ "days": 30 }'],
  ['an absence', () => <AwaySection away={[]} />, 'From, time', '07:15'],
  ['a turn', () => <AddTurnDialog day="2026-11-27" opened onClose={nothing} />, 'From, time', '07:15'],
];

beforeEach(() => {
  forgetUnlessReturning(person('user-1'));
  for (const path of ['Practitioner', 'Location', 'Patient', 'Appointment']) page.answer(`GET /fhir/${path}`, () => bundle());
  page.answer('GET /api/admin/settings/retention', () => Response.json(null));
  page.answer('GET /api/patient-messages/options', () => Response.json({}));
  page.answer('GET /api/patient-messages/colleagues', () => Response.json({ items: [] }));
});

async function fieldOf(name: string): Promise<HTMLInputElement> {
  return screen.findByLabelText<HTMLInputElement>(name, { selector: 'input, textarea' });
}

async function type(name: string, text: string): Promise<void> {
  const field = await fieldOf(name);
  if (text === 'Pays all') await page.choose(name, text);
  else fireEvent.change(field, { target: { value: text } });
}

describe('What was typed and not sent is there again, for the same person alone', () => {
  test.each(forms)('%s', async (_name, form, field, text) => {
    page.show(form());
    await type(field, text);
    cleanup();

    page.show(form());
    await waitFor(async () => expect((await fieldOf(field)).value).toBe(text));
    cleanup();
    for (const state of [{ status: 'signed_out', because: 'expired' } as const, person('user-1')]) forgetUnlessReturning(state);
    page.show(form());
    await waitFor(async () => expect((await fieldOf(field)).value).toBe(text));
    cleanup();
    for (const state of [{ status: 'signed_out', because: 'expired' } as const, person('user-2')]) forgetUnlessReturning(state);

    page.show(form());
    expect((await fieldOf(field)).value).not.toBe(text);
  });
});

test('A form that is opened with what was typed before says so, and begins anew when it is asked to', async () => {
  const form = <BookAppointmentDialog day="2026-11-27" opened onClose={nothing} onBooked={nothing} />;
  page.show(form);
  await type('Reason', 'Cough');
  cleanup();
  page.show(form);
  await screen.findByText(/What you typed before is still here/);

  await page.press('Begin anew');

  expect((await fieldOf('Reason')).value).toBe('');
  expect(screen.queryByText(/still here/)).toBeNull();
});

test('Cancel drops what was typed', async () => {
  const form = <BookAppointmentDialog day="2026-11-27" opened onClose={nothing} onBooked={nothing} />;
  page.show(form);
  await type('Reason', 'Cough');
  await page.press('Cancel');
  cleanup();

  page.show(form);

  expect((await fieldOf('Reason')).value).toBe('');
});

test('What was typed into a form that a colleague has made senseless is shown until it is dismissed', async () => {
  page.show(<SignReviewForm biopsyId="b" busy={false} onSign={nothing} />);
  await type('Note', 'Call her');
  cleanup();
  page.show(<NotSent form="biopsy b review" why="A colleague has signed it meanwhile." />);
  screen.getByText('Call her');

  await page.press('Understood');

  expect(screen.queryByText('Call her')).toBeNull();
});

test('Whether a biopsy is malignant has to be said: without an answer nothing is recorded', async () => {
  const recorded: object[] = [];
  page.show(<RecordResultForm biopsyId="b" busy={false} onRecord={(step) => recorded.push(step)} onBack={nothing} />);
  await type('Diagnosis', 'Melanoma');

  await page.press('Record the result');

  await screen.findByText('Say whether it is malignant. Nothing was recorded.');
  expect(recorded).toEqual([]);
  fireEvent.click(screen.getByLabelText('Yes, malignant'));
  await page.press('Record the result');
  expect(recorded).toEqual([{ kind: 'result', diagnosis: 'Melanoma', isMalignant: true }]);
});
