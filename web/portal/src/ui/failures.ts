import { HeicNotDrawn, PasskeyNotShown, Problem, type HeicFault } from '@vagus/client';
import { NoAnswer } from '../data/ask';
import { DraftConflict } from '../data/draft';
import type { WordKey } from '../words/write';

const byCode: Readonly<Record<string, WordKey>> = {
  invalid_token: 'failure.linkOld',
  password_too_short: 'failure.passwordShort',
  password_too_long: 'failure.passwordLong',
  password_breached: 'failure.passwordKnown',
  password_guessable: 'failure.passwordGuessable',
  sign_in_busy: 'failure.busy',
  invalid_factor: 'factor.wrong',
  invalid_challenge: 'factor.tooLate',
  too_many_codes: 'factor.tooMany',
  fresh_sign_in_required: 'steps.fresh',
  passkey_registered: 'steps.passkeyKnown',
  export_too_large: 'failure.exportTooLarge',
  not_supported: 'search.notAllowed',
  search_preparing: 'search.preparing',
  search_ended: 'search.preparing',
  search_too_broad: 'search.tooBroad',
  search_too_large: 'search.notAllowed',
  newer_messages: 'failure.newerMessages',
  attachment_unusable: 'failure.attachmentUnusable',
  too_long: 'failure.tooLong',
};

const byStatus: Readonly<Record<number, WordKey>> = {
  401: 'failure.signedOut',
  403: 'failure.notOpen',
  404: 'failure.notFound',
  409: 'failure.changedElsewhere',
  413: 'failure.tooLarge',
  415: 'failure.fileKind',
  429: 'failure.tooMany',
  503: 'failure.busy',
};

const byHeicFault: Readonly<Record<HeicFault, WordKey>> = {
  too_many_pixels: 'failure.photoLarge',
  too_slow: 'failure.photoSlow',
  unreadable: 'failure.photoUnreadable',
  unavailable: 'failure.unreachable',
};

/** A file that is not sent to the server at all. */
export class TooLarge extends Error {}

/** What went wrong and what to do, in the catalogue's words. The server's own text is for developers and never shown. */
export function failureKey(error: unknown): WordKey {
  if (error instanceof NoAnswer) {
    if (error.isOffline) return 'failure.offline';
    return error.mayHaveChanged ? 'failure.uncertain' : 'failure.unreachable';
  }
  if (error instanceof PasskeyNotShown) return 'factor.noPasskey';
  if (error instanceof DraftConflict) return 'draft.chooseFirst';
  if (error instanceof TooLarge) return 'failure.tooLarge';
  if (error instanceof HeicNotDrawn) return byHeicFault[error.fault];
  if (error instanceof Problem) return byCode[error.code] ?? byStatus[error.status] ?? otherKey(error.status);
  // What the browser throws where there is no network.
  return error instanceof TypeError ? 'failure.unreachable' : 'failure.page';
}

function otherKey(status: number): WordKey {
  return status >= 500 ? 'failure.server' : 'failure.notValid';
}

export function isMissing(error: unknown): boolean {
  return error instanceof Problem && (error.status === 404 || error.status === 403);
}
