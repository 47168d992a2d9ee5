// Follows the log with the official client. Prints one JSON line per happening; takes commands, one JSON line each, from standard input.
import { createInterface } from 'node:readline';
import { io } from 'socket.io-client';

const [url, token, transport] = process.argv.slice(2);
const print = (what, value) => console.log(JSON.stringify({ what, value }));
const socket = io(url, { auth: { token }, transports: [transport], reconnectionDelay: 50, reconnectionDelayMax: 200 });

socket.on('connect', () => print('connect', { recovered: socket.recovered }));
socket.on('disconnect', (reason, details) => print('disconnect', { reason, code: details?.context?.code ?? null }));
socket.on('connect_error', (error) => print('connect_error', { code: error.data?.code ?? null }));
// What is for one person, and what happens to a search, is printed whole.
const whole = ['critical_alert', 'notification', 'search_changed'];
socket.onAny((name, payload) => print(name === 'position' ? 'position' : 'event', {
  name, sequence: payload?.sequence ?? null, ...(whole.includes(name) ? { payload } : {}),
}));

const commands = {
  ask: async ([name, body]) => print('answer', await socket.timeout(10_000).emitWithAck(name, body)),
  cut: () => socket.io.engine.close(),
  end: () => process.exit(0),
};
createInterface({ input: process.stdin }).on('line', (line) => {
  const [command, ...rest] = JSON.parse(line);
  void commands[command](rest);
});
