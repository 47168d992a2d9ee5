// What a client does after each way in which a connection can end.
import { io } from "socket.io-client";
import { finish, once, rest, until, url } from "./script.mjs";

const [how] = rest;
let authCalls = 0;
// Nothing listens on port 1 of this machine.
const places = { deny: `${url}/deny`, unknown: `${url}/nope`, unreachable: "http://127.0.0.1:1" };
const socket = io(places[how] ?? url, {
  transports: ["websocket"],
  reconnectionDelay: 50,
  reconnectionDelayMax: 100,
  auth: (give) => give({ call: ++authCalls }),
});
const errors = [];
let connects = 0;
socket.on("connect_error", (error) => errors.push({ message: error.message, data: error.data ?? null }));
socket.on("connect", () => connects++);

if (how === "unreachable") await unreachable();
else if (how === "deny" || how === "unknown") await refused();
else await ended();

async function unreachable() {
  await until("it keeps trying", () => errors.length >= 3);
  finish({ active: socket.active, connects });
}

async function refused() {
  await once(socket, "connect_error");
  const active = socket.active;
  await aWhile();
  const attempts = authCalls;
  socket.connect();
  await until("an explicit connect tries again", () => errors.length > 1);
  finish({ active, attempts, error: errors[0], errors: errors.length });
}

async function ended() {
  await once(socket, "connect");
  const first = socket.id;
  const gone = once(socket, "disconnect");
  await end();
  const [reason, details] = await gone;
  const active = socket.active;
  if (active) await until("the client comes back", () => connects > 1);
  else await aWhile();
  finish({ reason, active, connects, authCalls, code: details?.context?.code ?? null, sameId: socket.id === first });
}

async function end() {
  if (how === "slow") await stopReading();
  else if (how === "kick") socket.emit("kick", false);
  else if (how === "kick-whole") socket.emit("kick", true);
  else if (how === "bad-packet") socket.io.engine.write("2[]");
  else if (how === "too-big") socket.emit("message", "x".repeat(1_100_000));
  else if (how === "lost") socket.io.engine.transport.ws.close();
  else if (how === "leave") socket.disconnect();
  else throw new Error(`unknown way ${how}`);
}

// Until the server has had enough; then the client looks at what has arrived.
async function stopReading() {
  await socket.emitWithAck("join", "slow");
  const line = socket.io.engine.transport.ws._socket;
  line.pause();
  let sockets = 1;
  for (let i = 0; i < 200 && sockets > 0; i++) {
    await fetch(`${url}/broadcast?room=slow&event=tick&count=1&size=200000`, { method: "POST" });
    sockets = (await (await fetch(`${url}/stats`)).json()).sockets;
  }
  line.resume();
}

// Twenty times the longest pause between two attempts: whoever wanted to come back has.
function aWhile() {
  return new Promise((resolve) => setTimeout(resolve, 2000));
}
