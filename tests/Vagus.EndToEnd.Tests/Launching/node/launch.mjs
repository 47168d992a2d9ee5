// A SMART application with the SMART project's own client, and the browser of its user, who goes through the pages form by form.
// Arguments: the FHIR server, the client id, the port of the application, the user's e-mail and password, the name of a patient.
import { createServer } from "node:http";
import smart from "fhirclient";

const [iss, clientId, port, email, password, patientName] = process.argv.slice(2);
const app = `http://127.0.0.1:${port}`;
const session = new Map();
const storage = {
  get: async (key) => session.get(key),
  set: async (key, value) => (session.set(key, value), value),
  unset: async (key) => session.delete(key),
};
let done;
const result = new Promise((resolve, reject) => (done = { resolve, reject }));

const server = createServer(async (request, response) => {
  try {
    // The client expects Express: an answer with redirect().
    response.redirect = (to) => response.writeHead(302, { location: to }).end();
    const client = smart(request, response, storage);
    if (request.url.startsWith("/launch")) {
      await client.authorize({
        iss,
        clientId,
        redirectUri: `${app}/back`,
        scope: "launch/patient patient/Patient.rs patient/Observation.rs?category=laboratory openid fhirUser offline_access",
        pkceMode: "required",
      });
      return;
    }
    const signedIn = await client.ready();
    response.end("back");
    const before = signedIn.state.tokenResponse;
    const patient = await signedIn.patient.read();
    const all = await signedIn.request(`Observation?patient=${signedIn.patient.id}`);
    await signedIn.refresh();
    const after = signedIn.state.tokenResponse;
    const again = await signedIn.patient.read();
    const refused = await signedIn.request("Condition?_count=1").then(() => 200, (error) => error.statusCode ?? error.status);
    done.resolve({
      patient: patient.id,
      again: again.id,
      observations: (all.entry ?? []).map((entry) => entry.resource.id),
      user: signedIn.user.fhirUser,
      scope: before.scope,
      refreshed: before.access_token !== after.access_token && before.refresh_token !== after.refresh_token,
      refused,
      token: after.access_token,
    });
  } catch (error) {
    response.end();
    done.reject(error);
  }
});
server.listen(Number(port), "127.0.0.1");

const decode = (text) => text.replaceAll("&amp;", "&").replaceAll("&#x2B;", "+").replaceAll("&quot;", '"').replaceAll("&#x27;", "'");
let cookie = "";
async function browse(url, form) {
  const answer = await fetch(new URL(url, iss), {
    redirect: "manual",
    method: form ? "POST" : "GET",
    headers: { cookie, ...(form && { "content-type": "application/x-www-form-urlencoded" }) },
    body: form && new URLSearchParams(form).toString(),
  });
  if (answer.headers.has("set-cookie")) cookie = answer.headers.get("set-cookie").split(";")[0];
  const page = await answer.text();
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${answer.headers.get("location")} ${page}`);
  return page;
}
const sealed = (page) => /name="authorization" value="([^"]+)"/.exec(page)[1];

const begun = await fetch(`${app}/launch`, { redirect: "manual" });
let page = await browse(begun.headers.get("location"));
page = await browse("/oauth/authorize/sign-in", { authorization: sealed(page), door: "staff", email, password });
page = await browse("/oauth/authorize/patient", { authorization: sealed(page), name: patientName });
const patient = /name="patient" value="([^"]+)"/.exec(page)[1];
page = await browse("/oauth/authorize/patient", { authorization: sealed(page), patient });
const boxes = [...page.matchAll(/name="(scope:[^"]+)"/g)].map((box) => [decode(box[1]), "1"]);
page = await browse("/oauth/authorize/consent", { authorization: sealed(page), decision: "allow", ...Object.fromEntries(boxes) });
await fetch(decode(/content="0;url=([^"]+)"/.exec(page)[1]));
const told = await result;
server.close();
console.log(JSON.stringify(told));
process.exit(0);
