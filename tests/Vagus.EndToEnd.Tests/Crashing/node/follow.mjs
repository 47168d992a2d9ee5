// Follows the log over Socket.IO across the server's deaths and prints one line of JSON for each event.
import { createRequire } from 'node:module';

const { SERVER, SIGN_IN, TRANSPORT, MODULES, SINCE = '0' } = process.env;
const { io } = createRequire(MODULES)('socket.io-client');

let token = null;
// Up to here nothing is missing. Live events may come before the replay, so while that lasts only what is above is remembered.
let complete = Number(SINCE);
let above = [];
let head = null;

function say(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function present(send) {
  while (!token) {
    try {
      const answer = await fetch(`${SERVER}/api/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: SIGN_IN });
      if (answer.ok) token = (await answer.json()).accessToken;
    } catch {
      // The server is down.
    }
    if (!token) await new Promise((resolve) => setTimeout(resolve, 100));
  }
  send({ token });
}

function saw(sequence) {
  above.push(sequence);
  if (head === null || sequence <= head) return;
  complete = above.reduce((most, each) => Math.max(most, each), complete);
  above = [];
}

const socket = io(SERVER, {
  auth: (send) => void present(send),
  transports: TRANSPORT === 'upgrade' ? ['polling', 'websocket'] : [TRANSPORT],
  reconnectionDelay: 50,
  reconnectionDelayMax: 250,
});

socket.on('connect', async () => {
  say({ connected: socket.id, recovered: socket.recovered });
  try {
    const answer = await socket.timeout(30_000).emitWithAck('subscribe', { since: complete });
    if (answer.ok) head = answer.sequence;
    else say({ refused: answer });
  } catch {
    // Killed before it could answer: the next connection asks again.
  }
});

socket.on('connect_error', (error) => {
  if (!error.data) return;
  token = null;
  if (!/token|session|unauthenticated/.test(error.data.code ?? '')) say({ refused: error.data });
  setTimeout(() => socket.connect(), 100);
});

socket.on('disconnect', (reason) => {
  head = null;
  above = [];
  if (reason !== 'io server disconnect') return;
  token = null;
  socket.connect();
});

socket.onAny((name, payload) => {
  if (name === 'gap') return say({ gap: payload });
  if (name === 'position') return undefined;
  if (typeof payload?.sequence !== 'number') return undefined;
  say({ name, sequence: payload.sequence });
  return saw(payload.sequence);
});
