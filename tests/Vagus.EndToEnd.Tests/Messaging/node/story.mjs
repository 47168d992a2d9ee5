// node story.mjs URL PROVIDER PHARMACY NURSE (tokens): a patient and a pharmacy over /messaging with a cut line, and a refill over REST.
// Prints one line of JSON.
import { io } from "socket.io-client";

const [url, provider, pharmacy, nurse] = process.argv.slice(2);
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
  // The line is cut in the middle, without a word of farewell.
  const sends = [];
  for (let number = 1; number <= 40; number++) {
    if (number === 15) desk.socket.io.engine.transport.ws.terminate?.() ?? desk.socket.io.engine.close();
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
    sequences: desk.of("new_message").map((message) => message.sequence).join(",") === Array.from({ length: 41 }, (_, at) => at + 1).join(","),
    devices: phone.of("message_sent").length, same: again.message.id === sends.at(-1).message.id,
    receipt: receipt.upToSequence, stored: conversation.items.length, about: about.items.length, content: about.items[0].content,
  };
}

async function refill(patient) {
  const portal = "/api/patient-portal/messages";
  const staff = "/api/patient-messages";
  const begun = await call(patient.token, "POST", `${portal}/threads`, {
    subject: "Refill", category: "prescription_refill", content: "My inhaler is empty",
  });
  const id = begun.thread.id;
  const found = await call(pharmacy, "GET", `${staff}/threads?category=prescription_refill&unread=true`);
  const me = (await call(nurse, "GET", "/api/auth/me")).user;
  await call(nurse, "PUT", `${staff}/threads/${id}`, { assignedTo: me.id ?? me.userId, status: "in_progress", version: begun.thread.version });
  await call(nurse, "POST", `${staff}/threads/${id}/messages`, { content: "Asthma worse?", isInternalNote: true });
  const canned = (await call(nurse, "GET", "/api/canned-responses")).items.find((item) => item.shortcode === "prescription-approved");
  const { filledContent, isFilled } = await call(nurse, "GET", `/api/canned-responses/${canned.id}?threadId=${id}`);
  await call(nurse, "PUT", `${staff}/threads/${id}/draft`, { content: filledContent });
  await call(nurse, "POST", `${staff}/threads/${id}/messages`, { content: filledContent, lastSeenSequence: 1, cannedResponseId: canned.id });
  const draft = await call(nurse, "GET", `${staff}/threads/${id}/draft`);
  const shown = await call(patient.token, "GET", `${portal}/threads/${id}`);
  await call(patient.token, "POST", `${portal}/threads/${id}/mark-read`);
  const unread = await call(patient.token, "GET", `${portal}/unread-count`);
  const closed = await call(nurse, "POST", `${staff}/threads/${id}/close`);
  await call(patient.token, "POST", `${portal}/threads/${id}/messages`, { content: "Thank you" });
  const whole = await call(nurse, "GET", `${staff}/threads/${id}`);
  return {
    found: found.items.length, shown: shown.messages.map((message) => message.senderRole), filled: isFilled,
    answered: shown.messages.at(-1).content === filledContent, draft: draft.version, leaks: JSON.stringify(shown).includes("Asthma"),
    unread: unread.count, closed: closed.status, status: whole.thread.status, kinds: whole.messages.map((message) => message.kind).join(","),
  };
}

const patient = await account();
console.log(JSON.stringify({ talk: await talk(patient), refill: await refill(patient) }));
process.exit(0);
