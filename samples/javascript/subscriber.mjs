// SERVER=http://localhost:3000 EMAIL=… PASSWORD=… node subscriber.mjs 'lab.*'        (npm install first)
import { io } from 'socket.io-client';

const { SERVER = 'http://localhost:3000', EMAIL, PASSWORD } = process.env;
const eventTypes = process.argv.length > 2 ? process.argv.slice(2) : undefined;
let since = 0; // keep it where it survives a restart

async function token() {
  const answer = await fetch(`${SERVER}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: EMAIL, password: PASSWORD }),
  });
  if (!answer.ok) throw new Error(`sign-in: ${answer.status}`);
  return (await answer.json()).accessToken;
}

// auth is called for every connection, also after the server has closed one because a token ran out.
const socket = io(SERVER, { transports: ['websocket'], auth: (give) => token().then((fresh) => give({ token: fresh, since }), () => give({})) });
socket.on('connect', () => {
  socket.emit('subscribe', { ...(eventTypes && { eventTypes }), since }, (answer) => console.log('subscribed', answer.ok));
});
socket.on('position', ({ sequence }) => (since = sequence)); // everything up to here has come
socket.on('gap', ({ from, to }) => console.log(`gap ${from} to ${to}: load anew from FHIR`));
socket.onAny((name, data) => {
  if (data?.eventId) console.log(data.sequence, name, data.resource);
});
socket.on('connect_error', (refused) => console.log('refused', refused.message));
