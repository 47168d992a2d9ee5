// Serves s3rver on a free port and prints a line of JSON for its address and one for each PUT: what the client asked for.
import { createServer } from "node:http";
import { once } from "node:events";
import S3rver from "s3rver";

const [folder] = process.argv.slice(2);
const store = new S3rver({ directory: folder, silent: true, configureBuckets: [{ name: "anchors" }] });
await store.configureBuckets();
const answer = store.callback();
const server = createServer((request, response) => {
  if (request.method === "PUT") console.log(JSON.stringify({ put: request.url, headers: request.headers }));
  answer(request, response);
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` }));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
