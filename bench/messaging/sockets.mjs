// node sockets.mjs URL EMAIL PASSWORD EMAIL PASSWORD MESSAGES: the first one sends to the second one over /messaging, both with
// socket.io-client, one message after the other, 40 a second at most: a socket may ask for 50. Prints how long a message takes from the one
// socket to the other, and to its answer.
import { createRequire } from 'node:module';

const [url, email, password, otherEmail, otherPassword, messagesText] = process.argv.slice(2);
const { io } = createRequire(new URL('../../web/package.json', import.meta.url))('socket.io-client');
const [messages, warmUp, apart] = [Number(messagesText), 100, 25];

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
const [times, answers] = [[], []];
for (let number = -warmUp; number < messages; number++) {
  const heard = new Promise((done) => { reader.socket.once('new_message', () => done(performance.now())); });
  const began = performance.now();
  const request = { recipientId: reader.id, content: 'Is the refill of this prescription ready to be picked up today?' };
  const answer = await sender.socket.timeout(30_000).emitWithAck('send_message', request);
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  const answered = performance.now() - began;
  const took = (await heard) - began;
  if (number >= 0) {
    times.push(took);
    answers.push(answered);
  }
  await new Promise((done) => { setTimeout(done, apart - (performance.now() - began)); });
}

function at(measured, share) {
  measured.sort((one, other) => one - other);
  return measured[Math.min(measured.length - 1, Math.floor(measured.length * share))].toFixed(2);
}

console.log(`socket to socket, ${messages} messages one after the other: p50 ${at(times, 0.5)} ms   p99 ${at(times, 0.99)} ms; `
  + `answer p50 ${at(answers, 0.5)} ms   p99 ${at(answers, 0.99)} ms`);
sender.socket.close();
reader.socket.close();
