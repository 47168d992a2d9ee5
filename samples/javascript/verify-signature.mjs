// Verifies a signature of an encounter without the server, with what Node brings:
//   node verify-signature.mjs KEYS PROVENANCE RECORD…
// KEYS is the answer of GET /api/signing-keys, kept since; PROVENANCE the resource that signs; the RECORDs are the versions that it names,
// GET /fhir/Encounter/…/_history/…, in any order. Exit code 0: each of them is what was signed.
import { createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";

const [keysFile, provenanceFile, ...recordFiles] = process.argv.slice(2);
// A number stays as it is written: its digits tell a precision.
const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const read = (file) => JSON.parse(readFileSync(file, "utf8").replace(stringOrNumber, (found) =>
  (found.startsWith('"') ? found : `{"digits":"${found}"}`)));

const { keys } = read(keysFile);
const provenance = read(provenanceFile);
const records = new Map(recordFiles.map(read).map((record) =>
  [`${record.resourceType}/${record.id}/_history/${record.meta.versionId}`, record]));

const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value?.digits !== undefined) return value.digits;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const names = Object.keys(value).sort((one, other) => (one < other ? -1 : 1));
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
};

const entries = provenance.target.map(({ reference }) => {
  const record = records.get(reference);
  if (!record) fail(`${reference} was signed and is not among the records`);
  const { meta, text, ...signed } = record;
  return { fullUrl: reference, resource: signed };
});
const payload = canonical({ resourceType: "Bundle", type: "collection", entry: entries });

const { data, who, when } = provenance.signature[0];
const [head, , signature] = Buffer.from(data, "base64").toString("ascii").split(".");
const header = JSON.parse(Buffer.from(head, "base64url"));
if (header.alg !== "ES256") fail(`the algorithm is ${header.alg}`);
if (header.sub !== who.reference || header.sigT !== when) fail("the Provenance names another signer or time than the signature");
const jwk = keys.find((key) => key.kid === header.kid) ?? fail(`there is no key ${header.kid}`);
const key = createPublicKey({ key: { kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y }, format: "jwk" });
const input = Buffer.from(`${head}.${Buffer.from(payload).toString("base64url")}`);
const holds = verify("sha256", input, { key, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"));
if (!holds) fail("a record is not what was signed");
console.log(`signed by ${who.reference} at ${when}: ${provenance.target.map((each) => each.reference).join(", ")}`);

function fail(why) {
  console.error(`not verified: ${why}`);
  process.exit(1);
}
