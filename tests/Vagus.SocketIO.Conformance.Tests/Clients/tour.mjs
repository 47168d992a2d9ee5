// Everything an application does in a day, over the given transports.
import { io } from "socket.io-client";
import { finish, once, rest, until, url } from "./script.mjs";

const options = { transports: rest[0].split(","), forceNew: true };
const steps = {};
const socket = io(url, { ...options, auth: { token: "ann" } });
const auth = once(socket, "auth");
await once(socket, "connect");
steps.auth = (await auth)[0];

const deep = { list: [1, { bytes: Buffer.from([1, 2, 3]) }], text: "é😀", nothing: null };
const echoed = once(socket, "message-back");
socket.emit("message", "a", deep, Buffer.from([9, 8]));
const [text, object, bytes] = await echoed;
steps.echo = text === "a" && object.text === deep.text && object.nothing === null;
steps.binary = Buffer.from(object.list[1].bytes).equals(deep.list[1].bytes) && Buffer.from(bytes).equals(Buffer.from([9, 8]));

steps.ack = await socket.timeout(10000).emitWithAck("message-with-ack", { a: 1 });
const [ackBytes] = await new Promise((resolve) => socket.emit("message-with-ack", Buffer.from([7]), (...args) => resolve(args)));
steps.binaryAck = Buffer.from(ackBytes).equals(Buffer.from([7]));

const other = io(url, options);
await once(other, "connect");
await other.emitWithAck("join", "room");
const news = once(other, "news");
await socket.emitWithAck("emit-to", "room", "news", { n: 1 });
steps.room = (await news)[0];
await other.emitWithAck("leave", "room");

const custom = socket.io.socket("/custom");
await once(custom, "connect");
const customEcho = once(custom, "message-back");
custom.emit("message", "in custom");
steps.namespace = (await customEcho)[0];
steps.sharedLine = custom.io === socket.io && custom.id !== socket.id;

const slow = socket.io.socket("/slow");
await once(slow, "connect");
steps.slow = slow.connected;

const large = "x".repeat(300_000);
steps.large = (await socket.emitWithAck("message-with-ack", large)) === large;

let bursts = 0;
let inOrder = true;
socket.on("burst", ({ i }) => { inOrder &&= i === bursts; bursts++; });
socket.emit("burst", 1000, 100);
await until("the burst is complete", () => bursts === 1000);
steps.burst = inOrder;

custom.disconnect();
steps.stillHere = await socket.emitWithAck("message-with-ack", "yes");
steps.transport = socket.io.engine.transport.name;
finish(steps);
