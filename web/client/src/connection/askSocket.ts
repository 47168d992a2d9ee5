import type { Socket } from 'socket.io-client';

/** A refusal of a request, with what else the server says about it. */
export interface RequestError {
  readonly code: string;
  readonly message: string;
}

/** What a request is acknowledged with. */
export type Acknowledged<Answer = object, More = object> =
  | ({ readonly ok: true } & Readonly<Answer>)
  | { readonly ok: false; readonly error: RequestError & Partial<More> };

export interface Acknowledgement {
  readonly ok: boolean;
  readonly sequence?: number;
  readonly error?: Partial<RequestError>;
}

const patienceMs = 10_000;
const lookEveryMs = 1_000;

/**
 * Calls back with the server's acknowledgement, or with null once the socket has been silent for 10 s. The call comes within the
 * acknowledgement's own turn, before the packets behind it are told.
 */
export function askSocket(
  socket: Socket,
  [request, body]: readonly [name: string, body: object],
  silenceMs: () => number,
  answered: (acknowledgement: Acknowledgement | null) => void,
): void {
  let waits = true;
  const answer = (acknowledgement: Acknowledgement | null): void => {
    if (!waits) return;
    waits = false;
    clearInterval(look);
    answered(acknowledgement);
  };
  const look = setInterval(() => {
    if (silenceMs() >= patienceMs) answer(null);
  }, lookEveryMs);
  socket.emit(request, body, answer);
}

/** The request could not be sent, or what became of it is not known. */
export function unanswered<More>(code: 'not_connected' | 'no_answer'): { ok: false; error: RequestError & Partial<More> } {
  const message = code === 'not_connected' ? 'There is no connection.' : 'The server has not answered.';
  return { ok: false, error: { code, message } as RequestError & Partial<More> };
}
