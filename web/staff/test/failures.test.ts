import { Problem } from '@vagus/client';
import { afterEach, expect, test, vi } from 'vitest';
import { FhirRefusal, NoAnswer, read, update } from '../src/data/fhir/requests';
import { session } from '../src/data/session/session';
import { failureText, isUncertain, PageNotLoaded } from '../src/ui/failures';

const serversWords = 'Object reference not set to an instance of an object.';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function answer(status: number, body: object): void {
  vi.spyOn(session, 'fetch').mockImplementation(() => Promise.resolve(Response.json(body, { status })));
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) => error,
  );
}

const refusals = [400, 403, 404, 409, 412, 413, 418, 422, 429, 500, 502, 503];

test.each(refusals)('The words of the server do not reach the screen: %i', async (status) => {
  const issue = [{ code: 'exception', diagnostics: serversWords, details: { text: serversWords } }];
  answer(status, { title: serversWords, detail: serversWords, issue });

  const text = failureText(await failureOf(read('Patient', 'p1')));

  expect(text).not.toContain('Object reference');
  expect(text).toMatch(/^[A-Z].*\.$/);
});

test('A failure without words of its own tells its reference, for the administrator', async () => {
  answer(500, { title: serversWords, traceId: '00-4bf92f35-77-01' });

  expect(failureText(await failureOf(read('Patient', 'p1')))).toBe('Something went wrong on the server. Reference: 4bf92f35.');
  expect(failureText(new Problem(500, 'internal', serversWords))).toBe('Something went wrong on the server.');
});

test('The texts of scripts and browsers do not reach the screen either', () => {
  const thrown = [new Error('x is not a function'), new TypeError('Failed to fetch'), new PageNotLoaded('missing'), 'thrown text'];
  const texts = thrown.map(failureText);

  expect(texts.join(' ')).not.toMatch(/function|fetch|thrown|missing/);
});

test('Offline an action has failed at once, and nothing was sent', async () => {
  vi.stubGlobal('navigator', { onLine: false });
  vi.spyOn(session, 'fetch').mockRejectedValue(new TypeError('Failed to fetch'));

  const error = await failureOf(update({ resourceType: 'Appointment', id: 'a1' }));

  expect(error).toBeInstanceOf(NoAnswer);
  expect(failureText(error)).toBe('You are offline. Nothing was sent.');
  expect(isUncertain(error)).toBe(false);
});

test('A change without an answer is uncertain, a reading is not', async () => {
  vi.spyOn(session, 'fetch').mockRejectedValue(new TypeError('Failed to fetch'));

  expect(isUncertain(await failureOf(update({ resourceType: 'Appointment', id: 'a1' })))).toBe(true);
  expect(isUncertain(await failureOf(read('Appointment', 'a1')))).toBe(false);
  expect(isUncertain(new FhirRefusal(412, 'conflict', null))).toBe(false);
});
