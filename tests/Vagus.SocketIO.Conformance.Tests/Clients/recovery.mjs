// A client whose line is cut again and again while a room is busy: every event once, in order.
import { io } from "socket.io-client";
import { finish, once, rest, until, url } from "./script.mjs";

const [how, cuts] = [rest[0], Number(rest[1] ?? 1)];
const options = { transports: ["websocket"], reconnectionDelay: 20, reconnectionDelayMax: 50, forceNew: true };
const sender = io(url, { ...options, auth: { token: "sender" } });
const socket = io(url, { ...options, auth: { token: "ann" } });
const recovered = [];
const received = [];
socket.on("tick", ({ i }) => received.push(i));
await Promise.all([once(socket, "connect"), once(sender, "connect")]);
const id = socket.id;
await socket.emitWithAck("join", "busy");
socket.on("connect", () => recovered.push(socket.recovered));

let sent = 0;
if (how !== "before-first-event") await tick(3);
if (how === "poisoned-offset") {
  let isBack = false;
  socket.once("volatile-back", () => (isBack = true));
  // A volatile event is dropped where the line is not ready for it.
  const again = setInterval(() => socket.emit("volatile", "any text at the end"), 100);
  await until("the volatile event is back", () => isBack);
  clearInterval(again);
}
for (let cut = 1; cut <= cuts; cut++) {
  socket.io.engine.transport.ws.close();
  await tick(5);
  await until(`cut ${cut} is repaired`, () => recovered.length === cut);
  await tick(2);
}
await until(`${received.length} of ${sent} events`, () => received.length >= sent);
finish({ recovered, sameId: socket.id === id, complete: received.every((value, index) => value === index) && received.length === sent });

async function tick(count) {
  for (let n = 0; n < count; n++) await sender.emitWithAck("emit-to", "busy", "tick", { i: sent++ });
}
