// node sockets.mjs URL EMAIL PASSWORD EMAIL PASSWORD MESSAGES: the first one sends to the second one over /messaging, both with
// socket.io-client, one message after the other; prints how long a message takes from the one socket to the other.
import { createRequire } from 'node:module';

const [url, email, password, otherEmail, otherPassword, messagesText] = process.argv.slice(2);
const { io } = createRequire(new URL('../../web/package.json', import.meta.url))('socket.io-client');
const [messages, warmUp] = [Number(messagesText), 100];

async function connected(address, secret) {
  const answer = await fetch(`${url}/api/auth/login`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email: address, password: secret }),
  });
  if (!answer.ok) throw new Error(`login: ${answer.status}`);
  const { accessToken: token, user } = await answer.json();
  const socket = io(`${url}/messaging`, { auth: { token }, transports: ['websocket'], forceNew: true });
  await new Promise((done, failed) => {
    socket.on('connected', done);
    socket.on('connect_error', failed);
  });
  return { socket, id: user.id };
}

const [sender, reader] = [await connected(email, password), await connected(otherEmail, otherPassword)];
const times = [];
for (let number = -warmUp; number < messages; number++) {
  const heard = new Promise((done) => { reader.socket.once('new_message', () => done(performance.now())); });
  const began = performance.now();
  const request = { recipientId: reader.id, content: 'Is the refill of this prescription ready to be picked up today?' };
  const answer = await sender.socket.timeout(30_000).emitWithAck('send_message', request);
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  const took = (await heard) - began;
  if (number >= 0) times.push(took);
}

times.sort((one, other) => one - other);
const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(2);
console.log(`socket to socket, ${messages} messages one after the other: p50 ${at(0.5)} ms   p99 ${at(0.99)} ms`);
sender.socket.close();
reader.socket.close();
