// A gateway to phones for trying it out: takes the text messages and calls of the server, checks their signatures, and prints each once
// instead of sending it.
//   SECRET=… PORT=8085 node phone-gateway.mjs
//   VAGUS_PHONE_WEBHOOK=http://127.0.0.1:8085/ VAGUS_PHONE_WEBHOOK_SECRET=… VAGUS_PHONE_WEBHOOK_PRIVATE=true vagus …
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const { SECRET, PORT = "8085", OLDEST_SECONDS = "300" } = process.env;
const longestBody = 16_384;
const mostKnown = 10_000;
if (!SECRET) throw new Error("SECRET is the one of VAGUS_PHONE_WEBHOOK_SECRET.");

const known = new Set();
const server = createServer(async (request, response) => {
  const answer = (status) => response.writeHead(status).end();
  if (request.method !== "POST") return answer(405);
  const body = await read(request);
  if (body === null) return answer(413);
  if (!isSigned(request.headers["vagus-signature"] ?? "", body)) return answer(401);

  // The server may send a request twice, when it ended between our answer and its own commit.
  const key = request.headers["idempotency-key"];
  if (!known.has(key)) {
    if (known.size === mostKnown) known.delete(known.values().next().value);
    known.add(key);
    const { channel, to, text } = JSON.parse(body.toString());
    console.log(JSON.stringify({ channel, to, text }));
  }
  return answer(204);
});
server.listen(Number(PORT), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/`));

async function read(request) {
  const parts = [];
  let length = 0;
  for await (const part of request) {
    length += part.length;
    if (length > longestBody) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function isSigned(header, body) {
  const { t, v1 } = Object.fromEntries(header.split(",").map((part) => part.split("=", 2)));
  if (!/^\d+$/.test(t ?? "") || !/^[0-9a-f]{64}$/.test(v1 ?? "")) return false;
  if (Math.abs(Date.now() / 1000 - Number(t)) > Number(OLDEST_SECONDS)) return false;
  const made = createHmac("sha256", SECRET).update(`${t}.`).update(body).digest();
  return timingSafeEqual(made, Buffer.from(v1, "hex"));
}
