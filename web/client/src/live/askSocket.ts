import type { Socket } from 'socket.io-client';

export interface Acknowledgement {
  readonly ok: boolean;
  readonly sequence?: number;
  readonly error?: { readonly code?: string; readonly message?: string };
}

const patienceMs = 10_000;
const lookEveryMs = 1_000;

/** The server's acknowledgement, or null once the socket has been silent for 10 s. */
export function askSocket(socket: Socket, request: string, body: object, silenceMs: () => number): Promise<Acknowledgement | null> {
  return new Promise((resolve) => {
    const look = setInterval(() => {
      if (silenceMs() >= patienceMs) answer(null);
    }, lookEveryMs);
    const answer = (acknowledgement: Acknowledgement | null): void => {
      clearInterval(look);
      resolve(acknowledgement);
    };
    socket.emit(request, body, answer);
  });
}
