// Serves s3rver on a free port and prints a line of JSON for its address and one for each PUT: what the client asked for. s3rver answers
// neither which uploads are unfinished nor the end of one: both are answered here, from the folder in which it keeps their parts.
import { createServer } from "node:http";
import { once } from "node:events";
import { access, readFile, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import S3rver from "s3rver";

const [folder] = process.argv.slice(2);
const store = new S3rver({ directory: folder, silent: true, configureBuckets: [{ name: "anchors" }] });
await store.configureBuckets();
const answer = store.callback();
const uploads = join(folder, "anchors", "._S3rver_uploads");

async function list() {
  const ids = await readdir(uploads).catch(() => []);
  const found = await Promise.all(ids.map(async (id) => {
    const [key, begun] = await Promise.all([readFile(join(uploads, id, "key"), "utf8"), stat(join(uploads, id, "key"))]);
    return `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${begun.mtime.toISOString()}</Initiated></Upload>`;
  }));
  return `<ListMultipartUploadsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Bucket>anchors</Bucket>${found.join("")}`
    + "<IsTruncated>false</IsTruncated></ListMultipartUploadsResult>";
}

async function abort(id) {
  const parts = join(uploads, id);
  await access(parts);
  await rm(parts, { recursive: true });
}

const server = createServer((request, response) => {
  const { searchParams } = new URL(request.url, "http://store");
  if (request.method === "PUT") console.log(JSON.stringify({ put: request.url, headers: request.headers }));
  if (request.method === "GET" && searchParams.has("uploads")) {
    void list().then((text) => response.writeHead(200, { "content-type": "application/xml" }).end(text));
  } else if (request.method === "DELETE" && searchParams.has("uploadId")) {
    void abort(searchParams.get("uploadId")).then(
      () => response.writeHead(204).end(),
      () => response.writeHead(404, { "content-type": "application/xml" }).end("<Error><Code>NoSuchUpload</Code></Error>"));
  } else {
    answer(request, response);
  }
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` }));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
