// node transfer.mjs URL TOKEN PID GIB: uploads a DICOM file of so many GiB and downloads it again, each byte compared, while the resident memory of
// the process PID is looked at every 100 ms. Exits with 1 where a byte differs, or where memory grew by more than 64 MB.
import { readFileSync } from "node:fs";
import http from "node:http";
import { randomBytes } from "node:crypto";

const [url, token, pid, gib] = process.argv.slice(2);
const headers = { authorization: `Bearer ${token}` };
const mebibyte = 1 << 20;
const size = Math.round(Number(gib) * 1024) * mebibyte;
const growthAllowed = 64;
const block = randomBytes(mebibyte);
const agent = new http.Agent({ keepAlive: true });

function element(group, number, type, text) {
  const value = Buffer.from(text.length % 2 ? text + "\0" : text, "latin1");
  const head = Buffer.alloc(8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(number, 2);
  head.write(type, 4, "latin1");
  head.writeUInt16LE(value.length, 6);
  return Buffer.concat([head, value]);
}

// The first mebibyte: the header, then noise like the rest.
function first() {
  const uid = `1.2.826.0.1.3680043.10.${Date.now()}`;
  const header = Buffer.concat([
    Buffer.alloc(128), Buffer.from("DICM"), element(2, 0x10, "UI", "1.2.840.10008.1.2.1"), element(8, 0x18, "UI", `${uid}.3`),
    element(8, 0x60, "CS", "CT"), element(0x20, 0x0d, "UI", `${uid}.1`), element(0x20, 0x0e, "UI", `${uid}.2`),
  ]);
  return Buffer.concat([header, block.subarray(header.length)]);
}

const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;

async function watched(what, work) {
  const before = resident();
  let most = before;
  const timer = setInterval(() => { most = Math.max(most, resident()); }, 100);
  const begun = performance.now();
  const done = await work();
  const seconds = (performance.now() - begun) / 1000;
  clearInterval(timer);
  console.log(`    ${what}: ${gib} GiB in ${seconds.toFixed(1)} s, ${(size / mebibyte / seconds).toFixed(0)} MiB/s; resident ${before.toFixed(0)} MB before, ${most.toFixed(0)} MB at most`);
  if (most > before + growthAllowed) process.exitCode = 1;
  return done;
}

function upload(head) {
  return new Promise((done, failed) => {
    const request = http.request(
      `${url}/api/files/radiology-images?patientId=bench`,
      { method: "POST", agent, headers: { ...headers, "content-type": "application/dicom", "content-length": size } },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (part) => { text += part; }).on("end", () =>
          answer.statusCode === 201 ? done(JSON.parse(text)) : failed(new Error(`${answer.statusCode} ${text}`)));
      });
    request.on("error", failed);
    let sent = 0;
    const send = () => {
      while (sent < size) {
        const flowing = request.write(sent === 0 ? head : block);
        sent += mebibyte;
        if (!flowing) return void request.once("drain", send);
      }
      request.end();
    };
    send();
  });
}

function download(id, head) {
  return new Promise((done, failed) => {
    http.get(`${url}/api/files/${id}`, { agent, headers }, (answer) => {
      if (answer.statusCode !== 200) return failed(new Error(`${answer.statusCode}`));
      let at = 0;
      answer.on("data", (part) => {
        for (let from = 0; from < part.length;) {
          const of = at < mebibyte ? head : block;
          const begin = at % mebibyte;
          const length = Math.min(part.length - from, mebibyte - begin);
          if (part.compare(of, begin, begin + length, from, from + length) !== 0) return answer.destroy(new Error(`differs at ${at}`));
          at += length;
          from += length;
        }
      });
      answer.on("end", () => (at === size ? done() : failed(new Error(`${at} bytes came`))));
      answer.on("error", failed);
    }).on("error", failed);
  });
}

const patient = await fetch(`${url}/fhir/Patient/bench`, {
  method: "PUT", headers: { ...headers, "content-type": "application/fhir+json" }, body: JSON.stringify({ resourceType: "Patient", id: "bench" }),
});
if (!patient.ok) throw new Error(`the patient: ${patient.status} ${await patient.text()}`);
const head = first();
const file = await watched("upload", () => upload(head));
await watched("download", () => download(file.id, head));
agent.destroy();
