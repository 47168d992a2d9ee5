// The Engine.IO client alone: handshake, heartbeat, upgrade and goodbye.
import { Socket } from "engine.io-client";
import { finish, once, rest, until, url } from "./script.mjs";

const transports = rest[0].split(",");
const socket = new Socket(url, { path: "/socket.io/", transports });
let pings = 0;
let upgraded = false;
socket.on("ping", () => pings++);
socket.on("upgrade", () => { upgraded = true; });
await once(socket, "open");
const opened = socket.transport.name;
socket.send("0"); // the client adds the 4 of a message
const [connected] = await once(socket, "message");
await until("three pings", () => pings >= 3);
const state = socket.readyState;
const closed = once(socket, "close");
socket.close();
const [reason] = await closed;
finish({ opened, upgraded, connected: connected.startsWith("0{\"sid\""), state, reason });
