// Follows the log over Socket.IO across the server's deaths and prints one line of JSON for each event.
import { createRequire } from 'node:module';

const { SERVER, SIGN_IN, TRANSPORT, MODULES } = process.env;
const { io } = createRequire(MODULES)('socket.io-client');

let last = 0;
let token = null;

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

const socket = io(SERVER, {
  auth: (send) => void present(send),
  transports: TRANSPORT === 'upgrade' ? ['polling', 'websocket'] : [TRANSPORT],
  reconnectionDelay: 50,
  reconnectionDelayMax: 250,
});

socket.on('connect', async () => {
  say({ connected: socket.id, recovered: socket.recovered });
  try {
    const answer = await socket.timeout(30_000).emitWithAck('subscribe', { since: last });
    if (!answer.ok) say({ refused: answer });
  } catch {
    // Killed before it could answer: the next connection asks again.
  }
});

socket.on('connect_error', (error) => {
  token = null;
  if (error.data) {
    if (!/token|session/.test(error.data.code ?? '')) say({ refused: error.data });
    setTimeout(() => socket.connect(), 100);
  }
});

socket.on('disconnect', (reason) => {
  if (reason !== 'io server disconnect') return;
  token = null;
  socket.connect();
});

socket.onAny((name, payload) => {
  if (name === 'gap') return say({ gap: payload });
  if (typeof payload?.sequence !== 'number') return undefined;
  say({ name, sequence: payload.sequence });
  last = Math.max(last, payload.sequence);
  return undefined;
});
