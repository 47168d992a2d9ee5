// node story.mjs URL PROVIDER PHARMACY NURSE DRIVER (tokens): a patient with a pharmacy and with a driver over /messaging, and a refill over
// REST that is told over sockets; in the middle of each a line is cut. Prints one line of JSON.
import { io } from "socket.io-client";

const [url, provider, pharmacy, nurse, driver] = process.argv.slice(2);
const limit = 20_000;

async function call(token, method, path, body) {
  const answer = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { "content-type": path.startsWith("/fhir") ? "application/fhir+json" : "application/json" }) },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  const json = text.startsWith("{") ? JSON.parse(text) : null;
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return json;
}

function until(condition, what) {
  return new Promise((done, failed) => {
    const begun = Date.now();
    const look = () => {
      const found = condition();
      if (found) done(found);
      else if (Date.now() - begun > limit) failed(new Error(`not in time: ${what}`));
      else setTimeout(look, 20);
    };
    look();
  });
}

async function account() {
  await call(provider, "PUT", "/fhir/Patient/maya", { resourceType: "Patient", id: "maya", birthDate: "1980-02-28", name: [{ family: "Tran" }] });
  const invited = await call(provider, "POST", "/api/patients/maya/portal-invitation", { email: "maya@example.org", deliver: "code" });
  const session = await call("", "POST", "/api/patient-portal/auth/activate", {
    token: invited.code, birthDate: "1980-02-28", password: "twelve yellow tractors",
  });
  return { token: session.accessToken, sessionId: session.sessionId, userId: session.user.id ?? session.user.userId };
}

function connect(auth) {
  const heard = [];
  const socket = io(`${url}/messaging`, { auth, transports: ["websocket"], reconnectionDelay: 50, reconnectionDelayMax: 100, randomizationFactor: 0 });
  socket.onAny((name, payload) => heard.push({ name, payload }));
  const of = (name) => heard.filter((each) => each.name === name).map((each) => each.payload);
  return { socket, of };
}

const ask = (client, name, request) => client.socket.timeout(limit).emitWithAck(name, request);

/** The line is cut in the middle, without a word of farewell. */
const cut = (client) => client.socket.io.engine.transport.ws.terminate?.() ?? client.socket.io.engine.close();

/** Sent again under its own id until it is acknowledged. */
async function send(client, message) {
  for (;;) {
    const ack = await ask(client, "send_message", message).catch(() => null);
    if (ack) return ack;
    await until(() => client.socket.connected, "the line again");
  }
}

const upTo = (last) => Array.from({ length: last }, (_, at) => at + 1).join(",");

async function talk(patient) {
  const counter = (await call(pharmacy, "GET", "/api/auth/me")).user;
  const pharmacyId = counter.id ?? counter.userId;
  // The way of clients of long standing: a live session, with its own user and role.
  const maya = connect({ sessionId: patient.sessionId, userId: patient.userId, role: "patient" });
  const phone = connect({ token: patient.token });
  const desk = connect({ token: pharmacy });
  await until(() => maya.of("connected").length && phone.of("connected").length && desk.of("connected").length, "connected");
  const greeting = maya.of("connected")[0];

  const first = await ask(maya, "send_message", {
    recipientId: pharmacyId, content: "Is it ready?", contextType: "prescription", contextId: "rx-456", clientMessageId: "m-0",
  });
  if (!first.ok) throw new Error(JSON.stringify(first));
  await until(() => desk.of("new_message").length === 1 && phone.of("message_sent").length === 1, "the first message");
  await ask(desk, "typing", { threadId: first.message.threadId, isTyping: true });
  await until(() => maya.of("user_typing").length === 1, "typing");

  let reconnects = 0;
  desk.socket.io.on("reconnect", () => reconnects++);
  const sends = [];
  for (let number = 1; number <= 40; number++) {
    if (number === 15) cut(desk);
    sends.push(await ask(maya, "send_message", { recipientId: pharmacyId, content: `line ${number}`, clientMessageId: `m-${number}` }));
  }

  await until(() => desk.of("new_message").length >= 41, "all messages after the cut");
  const again = await ask(maya, "send_message", { recipientId: pharmacyId, content: "line 40", clientMessageId: "m-40" });
  const last = desk.of("new_message").at(-1);
  await ask(desk, "mark_read", { messageId: last.id });
  const receipt = await until(() => maya.of("message_read").at(-1), "the receipt");
  const conversation = await call(pharmacy, "GET", `/api/messages/conversation?userId=${patient.userId}&limit=200`);
  const about = await call(pharmacy, "GET", "/api/messages/by-context?type=prescription&id=rx-456");
  for (const client of [maya, phone, desk]) client.socket.disconnect();
  return {
    greeted: greeting.userId === patient.userId && greeting.role === "patient" && typeof greeting.serverTime === "string",
    acknowledged: sends.every((ack) => ack.ok), reconnects,
    sequences: desk.of("new_message").map((message) => message.sequence).join(",") === upTo(41),
    devices: phone.of("message_sent").length, same: again.message.id === sends.at(-1).message.id,
    receipt: receipt.upToSequence, stored: conversation.items.length, about: about.items.length, content: about.items[0].content,
  };
}

async function delivery(patient) {
  await call(provider, "PUT", "/fhir/Task/drop-1", {
    resourceType: "Task", id: "drop-1", status: "in-progress", intent: "order",
    for: { reference: "Patient/maya" }, owner: { reference: "Practitioner/harbor-driver" },
  });
  const [maya, car, desk] = [connect({ token: patient.token }), connect({ token: driver }), connect({ token: pharmacy })];
  await until(() => [maya, car, desk].every((client) => client.of("connected").length), "connected");
  let reconnects = 0;
  for (const client of [maya, car]) client.socket.io.on("reconnect", () => reconnects++);
  const about = { contextType: "delivery", contextId: "drop-1" };
  const acks = [];
  for (let number = 1; number <= 20; number++) {
    // Once the driver misses the question, and once the patient does not hear that it has arrived.
    if (number === 14) maya.socket.io.engine.transport.ws.pause();
    const asked = send(maya, { ...about, recipientId: "Practitioner/harbor-driver", content: `Where? ${number}`, clientMessageId: `d-${number}` });
    if (number === 7) cut(car);
    if (number === 14) {
      await until(() => car.of("new_message").length === 14, "the question of which the patient hears nothing");
      cut(maya);
    }

    acks.push(await asked);
    acks.push(await send(car, { ...about, recipientId: "Patient/maya", content: `There ${number}`, clientMessageId: `a-${number}` }));
  }

  const heard = (client) => client.of("new_message").map((message) => message.content.split(" ").at(-1)).join(",");
  await until(() => [maya, car].every((client) => client.of("new_message").length >= 20), "all messages after the cuts");
  const conversation = await call(driver, "GET", "/api/messages/conversation?userId=Patient/maya&limit=200");
  for (const client of [maya, car, desk]) client.socket.disconnect();
  return {
    acknowledged: acks.every((ack) => ack.ok), reconnects, patient: heard(maya) === upTo(20), driver: heard(car) === upTo(20),
    stored: conversation.items.map((message) => message.sequence).join(",") === upTo(40), pharmacy: desk.of("new_message").length,
  };
}

async function refill(patient) {
  const portal = "/api/patient-portal/messages";
  const staff = "/api/patient-messages";
  const [phone, ward] = [connect({ token: patient.token }), connect({ token: nurse })];
  await until(() => phone.of("connected").length && ward.of("connected").length, "connected");
  let reconnects = 0;
  for (const client of [phone, ward]) client.socket.io.on("reconnect", () => reconnects++);
  const begun = await call(patient.token, "POST", `${portal}/threads`, {
    subject: "Refill", category: "prescription_refill", content: "My inhaler is empty",
  });
  const id = begun.thread.id;
  await until(() => ward.of("unread").at(-1)?.count === 1 && phone.of("new_message").length === 1, "the badge and the automatic answer");
  const found = await call(pharmacy, "GET", `${staff}/threads?category=prescription_refill&unread=true`);
  const me = (await call(nurse, "GET", "/api/auth/me")).user;
  await call(nurse, "PUT", `${staff}/threads/${id}`, { assignedTo: me.id ?? me.userId, status: "in_progress", version: begun.thread.version });
  await call(nurse, "POST", `${staff}/threads/${id}/messages`, { content: "Asthma worse?", isInternalNote: true });
  const canned = (await call(nurse, "GET", "/api/canned-responses")).items.find((item) => item.shortcode === "prescription-approved");
  const { filledContent, isFilled } = await call(nurse, "GET", `/api/canned-responses/${canned.id}?threadId=${id}`);
  await call(nurse, "PUT", `${staff}/threads/${id}/draft`, { content: filledContent });
  cut(phone);
  await call(nurse, "POST", `${staff}/threads/${id}/messages`, { content: filledContent, lastSeenSequence: 1, cannedResponseId: canned.id });
  const draft = await call(nurse, "GET", `${staff}/threads/${id}/draft`);
  const shown = await call(patient.token, "GET", `${portal}/threads/${id}`);
  await call(patient.token, "POST", `${portal}/threads/${id}/mark-read`);
  const unread = await call(patient.token, "GET", `${portal}/unread-count`);
  const closed = await call(nurse, "POST", `${staff}/threads/${id}/close`);
  cut(ward);
  await call(patient.token, "POST", `${portal}/threads/${id}/messages`, { content: "Thank you" });
  const told = (client) => client.of("new_message").map((message) => message.sequence).join(",");
  await until(() => told(phone).endsWith("3") && told(ward).endsWith("4"), "what was written while the line was cut");
  const heard = JSON.stringify(phone.of("new_message"));
  for (const client of [phone, ward]) client.socket.disconnect();
  const whole = await call(nurse, "GET", `${staff}/threads/${id}`);
  return {
    found: found.items.length, shown: shown.messages.map((message) => message.senderRole), filled: isFilled,
    answered: shown.messages.at(-1).content === filledContent, draft: draft.version, leaks: (JSON.stringify(shown) + heard).includes("Asthma"),
    reconnects, phone: told(phone), ward: told(ward), unread: unread.count, closed: closed.status, status: whole.thread.status,
    kinds: whole.messages.map((message) => message.kind).join(","),
  };
}

const patient = await account();
console.log(JSON.stringify({ talk: await talk(patient), delivery: await delivery(patient), refill: await refill(patient) }));
process.exit(0);
