// Events in both directions while the transport changes: none may be lost, doubled or overtaken.
import { io } from "socket.io-client";
import { finish, once, rest, until, url } from "./script.mjs";

const [rounds, events] = rest.map(Number);
let upgraded = 0;
const faults = [];
for (let round = 0; round < rounds; round++) await change(round);
finish({ upgraded, faults });

async function change(round) {
  // Left alone the transport changes within milliseconds; every second round starts it in the middle of the traffic.
  const isLate = round % 2 === 1;
  const socket = io(url, { transports: ["polling", "websocket"], forceNew: true, upgrade: !isLate });
  socket.io.on("open", () => socket.io.engine.on("upgrade", () => upgraded++));
  let echoed = 0;
  let pushed = 0;
  socket.on("message-back", (i) => { if (i !== echoed++) faults.push(`round ${round}: echo ${i} came as number ${echoed - 1}`); });
  socket.on("burst", ({ i }) => { if (i !== pushed++) faults.push(`round ${round}: burst ${i} came as number ${pushed - 1}`); });
  await once(socket, "connect");
  socket.emit("burst", events, 20);
  for (let i = 0; i < events; i++) {
    socket.emit("message", i);
    if (isLate && i === events / 4) socket.io.engine._probe("websocket");
    if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await until(`round ${round}: ${echoed} echoes and ${pushed} pushes of ${events} each`, () => echoed >= events && pushed >= events);
  await until(`round ${round}: upgraded`, () => socket.io.engine.transport.name === "websocket");
  if ((await socket.emitWithAck("message-with-ack", "after")) !== "after") faults.push(`round ${round}: silent after the upgrade`);
  socket.disconnect();
}
