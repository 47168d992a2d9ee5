import { PasskeyNotShown, Problem } from '@vagus/client';
import { FhirRefusal, NoAnswer } from '../data/fhir/requests';

/** A failure whose message is already in the app's own words. */
export class Told extends Error {}

/** The files of a page are not there: the server is away, or they are of a version that it no longer has. */
export class PageNotLoaded extends Error {
  constructor(readonly because: 'unreachable' | 'missing') {
    super(`The page's files are not loaded: ${because}`);
  }
}

const byCode: Record<string, string> = {
  invalid_factor: 'This is not right. Try again.',
  invalid_challenge: 'This took too long. Start again.',
  too_many_codes: 'Too many wrong codes. Wait a quarter of an hour, or use a passkey.',
  too_many_factors: 'There are too many already. Remove one first.',
  invalid_token: 'This link or code does not hold any more. Ask for a new one.',
  password_too_short: 'This password is too short. Take a longer one, for example four words.',
  password_too_long: 'This password is too long.',
  password_breached: 'This password is on a list that attackers try first. Take another one.',
  password_guessable: 'This password is easy to guess. Take another one.',
  last_factor: 'Your organization asks for a second step: add another one first.',
  passkey_registered: 'This passkey is added already.',
  too_many_attempts: 'Too many attempts. Wait a few minutes and try again.',
  sign_in_busy: 'Too many people are signing in at this moment. Try again in a few seconds.',
  signed_out: 'Your session has ended. Sign in again.',
};

const byStatus: Record<number, string> = {
  400: 'Something in this is not valid, so nothing was changed.',
  401: 'Your session has ended. Sign in again.',
  403: 'This part of the record is not open to your role. Ask your administrator if you need it.',
  404: 'It is no longer there, or you may not see it.',
  408: 'It took too long. Try again.',
  409: 'Somebody else changed this first. Nothing of yours was written.',
  410: 'It was deleted.',
  412: 'Somebody else changed this first. Nothing of yours was written.',
  413: 'This is too large to be sent.',
  422: 'Something in this is not valid, so nothing was changed.',
  429: 'Too many requests at once. Wait a moment and try again.',
  503: 'The server is busy or being restarted. Try again in a moment.',
};

/**
 * What went wrong, what is still safe and what to do, for people. The server's and the browser's own texts are for developers and
 * never shown: they come from elsewhere, change, and may quote what was sent.
 */
export function failureText(error: unknown): string {
  if (error instanceof Told) return error.message;
  if (error instanceof PasskeyNotShown) return 'No passkey was shown. Try again, or use another way.';
  if (error instanceof NoAnswer) return noAnswerText(error);
  if (error instanceof PageNotLoaded) return pageText(error);
  if (error instanceof FhirRefusal || error instanceof Problem) return refusalText(error);
  // What the browser throws when there is no network.
  if (error instanceof TypeError) return 'The server cannot be reached right now.';
  return 'Something went wrong on this page. What was saved is safe.';
}

/** True when it is not known whether the server did what it was asked to. */
export function isUncertain(error: unknown): boolean {
  if (error instanceof NoAnswer) return error.mayHaveChanged;
  return (error instanceof FhirRefusal || error instanceof Problem) && error.status >= 500 && error.status !== 503;
}

function noAnswerText({ offline, mayHaveChanged }: NoAnswer): string {
  if (mayHaveChanged) return 'The server did not answer, so it may or may not have been saved. Look before you try again.';
  return offline ? 'You are offline. Nothing was sent.' : 'The server cannot be reached right now.';
}

function pageText({ because }: PageNotLoaded): string {
  if (because === 'unreachable') return 'The server cannot be reached right now, and this page was not loaded on this device yet.';
  return 'This page could not be loaded from the server. If that stays so, tell your administrator.';
}

function refusalText({ status, code, reference }: FhirRefusal | Problem): string {
  const known = byCode[code] ?? byStatus[status];
  if (known) return known;
  const text = status >= 500 ? 'Something went wrong on the server.' : 'The server did not accept this.';
  // Of a W3C trace context only the trace's own id says something in a log.
  const trace = reference?.split('-')[1] ?? reference;
  return trace ? `${text} Reference: ${trace}.` : text;
}
