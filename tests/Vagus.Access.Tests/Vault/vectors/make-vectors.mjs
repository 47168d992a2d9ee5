// Makes ce1.json: envelopes and wrapped keys by Node's cryptography, which shares no code with ours. Run once; the file is frozen:
//   node make-vectors.mjs > ce1.json
import { createCipheriv, createHash, createHmac } from "node:crypto";

const bytes = (length, step, start) => Buffer.from(Array.from({ length }, (_, at) => (at * step + start) & 255));
const number = (value) => {
  const eight = Buffer.alloc(8);
  eight.writeBigInt64BE(BigInt(value));
  return eight;
};

function expand(key, info, length) {
  let [block, output] = [Buffer.alloc(0), Buffer.alloc(0)];
  for (let turn = 1; output.length < length; turn++) {
    block = createHmac("sha512", key).update(block).update(info).update(Buffer.from([turn])).digest();
    output = Buffer.concat([output, block]);
  }
  return output.subarray(0, length);
}

function gcm(key, nonce, content, bound) {
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  if (bound) cipher.setAAD(bound);
  return Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()]);
}

function fields(values) {
  return Buffer.concat(values.flatMap((value) => {
    const field = Buffer.from(value);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(field.length);
    return [length, field];
  }));
}

function envelope({ key, keyId, salt, kind, padding, context, content }) {
  const header = Buffer.concat([Buffer.from([0x43, 0x45, 1, 1, kind, padding, 0, 0]), keyId]);
  const { tenant, resourceType, logicalId, fieldPath, thread, sequence } = context;
  const place = fields([tenant, resourceType, logicalId, fieldPath, thread, sequence === null ? "" : number(sequence)]);
  const bound = Buffer.concat([Buffer.from("ce1\0"), header, place]);
  const derived = expand(key, Buffer.concat([Buffer.from("c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0"), salt, bound]), 76);
  const [messageKey, base, commitment] = [derived.subarray(0, 32), derived.subarray(32, 44), derived.subarray(44)];
  const parts = [header, salt, commitment];
  for (let chunk = 0; chunk * 16384 <= content.length; chunk++) {
    const nonce = Buffer.from(base);
    nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ chunk) >>> 0, 8);
    parts.push(gcm(messageKey, nonce, content.subarray(chunk * 16384, (chunk + 1) * 16384)));
  }
  return Buffer.concat(parts);
}

function padded(content) {
  let size = 32;
  while (size < content.length + 4) size *= 2;
  const all = Buffer.alloc(size);
  content.copy(all);
  all.writeInt32BE(content.length, size - 4);
  return all;
}

const message = { tenant: "harbor", resourceType: "Communication", logicalId: "m-1", fieldPath: "payload.content", thread: "t-7", sequence: 42 };
const file = { tenant: "ridgeview", resourceType: "file", logicalId: "f-é", fieldPath: "", thread: "", sequence: null };
const [key, keyId, salt] = [bytes(32, 1, 0), bytes(16, 1, 0xa0), bytes(24, 3, 0x11)];
const cases = [
  ...[0, 1, 13, 1024, 16383, 16384, 16385, 32768, 40000].map((length) => ({ length, kind: 3, padding: 0, context: file })),
  { length: 200, kind: 1, padding: 0, context: message },
  { length: 3, kind: 1, padding: 1, context: message },
  { length: 28, kind: 2, padding: 1, context: message },
  { length: 29, kind: 2, padding: 1, context: message },
];
const envelopes = cases.map(({ length, kind, padding, context }) => {
  const content = bytes(length, 7, 3);
  const made = envelope({ key, keyId, salt, kind, padding, context, content: padding ? padded(content) : content });
  return {
    length, kind, padding, context, envelopeLength: made.length, sha256: createHash("sha256").update(made).digest("hex"),
    envelope: made.length <= 400 ? made.toString("hex") : undefined,
  };
});

const id = "a0a1a2a3-a4a5-a6a7-a8a9-aaabacadaeaf";
const wrapBound = Buffer.concat([Buffer.from("ce1:dek"), fields(["harbor", id, "thread", "t-7", number(3)])]);
const nonce = bytes(12, 5, 1);
const wrapped = Buffer.concat([nonce, gcm(bytes(32, 1, 0x40), nonce, key, wrapBound)]);
const derive = (purpose) => expand(key, Buffer.concat([Buffer.from("ce1:derive"), fields(["harbor", purpose])]), 32).toString("hex");

console.log(JSON.stringify({
  key: key.toString("hex"), keyId: keyId.toString("hex"), salt: salt.toString("hex"), envelopes,
  wrappedKey: {
    tenant: "harbor", id, scopeType: "thread", scopeId: "t-7", version: 3, under: bytes(32, 1, 0x40).toString("hex"),
    wrapped: wrapped.toString("hex"),
  },
  derived: ["device-key/u-1/1", "device-owner/u-1"].map((purpose) => ({ purpose, key: derive(purpose) })),
}, null, 1));
