// The reference twin of samples/Vagus.SocketIO.Echo: same flags, same application, on socket.io itself.
import { createServer } from "node:http";
import { Server as EngineServer } from "engine.io";
import { Server } from "socket.io";
import { readOptions } from "./options.mjs";

const options = readOptions(process.argv.slice(2));
const engineOptions = {
  path: options.path,
  pingInterval: options["ping-interval"],
  pingTimeout: options["ping-timeout"],
  upgradeTimeout: options["upgrade-timeout"],
  maxHttpBufferSize: options["max-payload"],
};
const http = createServer();
// A path of /engine.io/ speaks Engine.IO alone and echoes every message: what the Engine.IO suite expects.
const io = options.path === "/engine.io/" ? null : new Server(http, {
  ...engineOptions,
  connectTimeout: options["connect-timeout"],
  ...(options.recovery && { connectionStateRecovery: {} }),
});

if (io) {
  for (const name of ["/", "/custom"]) io.of(name).on("connection", serve);
  io.of("/deny").use((socket, next) => next(Object.assign(new Error("not authorized"), { data: { code: "denied" } })));
  io.of("/slow").use((socket, next) => setTimeout(next, 300)).on("connection", () => {});
} else {
  const engine = new EngineServer(engineOptions);
  engine.attach(http, { path: options.path });
  engine.on("connection", (socket) => socket.on("message", (data) => socket.send(data)));
}

function serve(socket) {
  const on = (event, action) => socket.on(event, (...args) => {
    const ack = typeof args.at(-1) === "function" ? args.pop() : () => {};
    action(ack, ...args);
  });
  on("message", (ack, ...args) => { socket.emit("message-back", ...args); ack(); });
  on("message-with-ack", (ack, ...args) => ack(...args));
  on("join", (ack, room) => { socket.join(String(room)); ack(); });
  on("leave", (ack, room) => { socket.leave(String(room)); ack(); });
  on("emit-to", (ack, room, event, payload) => { socket.nsp.to(String(room)).emit(String(event), payload); ack(); });
  on("burst", (ack, n, size) => {
    const pad = "x".repeat(Math.max(0, Number(size) || 0));
    for (let i = 0; i < Number(n); i++) socket.emit("burst", { i, pad });
    ack();
  });
  on("kick", (ack, whole) => { ack(); socket.disconnect(whole === true); });
  on("volatile", (ack, ...args) => { socket.volatile.emit("volatile-back", ...args); ack(); });
  socket.emit("auth", socket.handshake.auth);
}

function broadcast(query) {
  const count = Number(query.get("count") ?? 1);
  const pad = "x".repeat(Number(query.get("size") ?? 0));
  const target = query.get("room") ? io.to(query.get("room")) : io;
  const started = performance.now();
  for (let i = 0; i < count; i++) target.emit(query.get("event") ?? "tick", { i, pad });
  return { count, elapsedMs: performance.now() - started };
}

function stats() {
  let sockets = 0;
  for (const namespace of io._nsps.values()) sockets += namespace.sockets.size;
  const { rooms: all, sids } = io.of("/").adapter;
  const rooms = {};
  for (const [room, members] of all) if (!sids.has(room)) rooms[room] = members.size;
  return { sockets, rooms };
}

http.on("request", (request, response) => {
  const url = new URL(request.url, "http://localhost");
  if (request.url.startsWith(options.path)) return;
  const route = `${request.method} ${url.pathname}`;
  const answer = io && (route === "POST /broadcast" ? broadcast(url.searchParams) : route === "GET /stats" ? stats() : null);
  response.writeHead(answer ? 200 : 404, { "content-type": "application/json" });
  response.end(answer ? JSON.stringify(answer) : "");
  request.resume();
});

// As the .NET program does: what the handshakes of a rush needed is collected when it is over. Needs --expose-gc.
if (io && globalThis.gc) {
  let before = 0;
  let trimmedAt = 0;
  setInterval(() => {
    const now = io.engine.clientsCount;
    if (now === before && Math.abs(now - trimmedAt) >= 500) {
      globalThis.gc();
      trimmedAt = now;
    }
    before = now;
  }, 1000).unref();
}

http.listen(options.port, "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${http.address().port}`));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(0));
