// node clients.mjs ADDRESSES TOKENS (two JSON objects): the clients of the replaced services, each at the address of its service.
// ADDRESSES: messaging, charts, notifications, workflow. TOKENS: by role. Prints one line of JSON.
import { io } from "socket.io-client";

const at = JSON.parse(process.argv[2]);
const tokens = JSON.parse(process.argv[3]);
const limit = 30_000;
const practitioner = "harbor-provider";

// The routes of the workflow that have answered, as the contract writes them.
const routes = new Set();

async function call(role, method, url, body) {
  const type = url.includes("/fhir/") ? "application/fhir+json" : "application/json";
  const answer = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${tokens[role]}`, ...(body && { "content-type": type }) },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${new URL(url).pathname} as ${role}: ${answer.status} ${text}`);
  const [, api, kind, id, act] = new URL(url).pathname.split("/");
  if (api === "api") routes.add(`${method} /api/${kind}${id ? "/{id}" : ""}${act ? `/${act}` : ""}`);
  return text.startsWith("{") ? JSON.parse(text) : null;
}

const work = (role, method, path, body) => call(role, method, at.workflow + path, body);

async function until(condition, what) {
  const begun = Date.now();
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (Date.now() - begun > limit) throw new Error(`not in time: ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

// As the clients of 3021 have it: the token in auth, the transports as they are by default.
async function listen(role) {
  const socket = io(at.notifications, { auth: { token: tokens[role] }, forceNew: true });
  const heard = [];
  socket.onAny((name, payload) => heard.push({ name, payload, at: Date.now() }));
  await until(() => socket.connected, `the socket of ${role}`);
  const answer = await socket.timeout(limit).emitWithAck("subscribe", {});
  if (!answer.ok) throw new Error(JSON.stringify(answer));
  return { socket, heard, of: (name) => heard.filter((each) => each.name === name) };
}

async function refused(url, namespace) {
  const socket = io(url + namespace, { auth: { token: tokens.provider }, forceNew: true, reconnection: false });
  const reason = await new Promise((done) => {
    socket.on("connect", () => done("connected"));
    socket.on("connect_error", (error) => done(error.message));
  });
  socket.close();
  return reason;
}

async function clinic(patientId) {
  await work("front_desk", "PUT", `/api/patients/${patientId}`, { phone: "+1 555 010 0199" });
  await work("billing", "POST", `/api/patients/${patientId}/insurance-verification`, {
    payer: "Harbor Mutual", memberId: "HM-77", validTo: "2027-12-31", verified: true,
  });
  const book = (start) => work("front_desk", "POST", "/api/appointments", {
    patientId, providerId: practitioner, start, durationMinutes: 30, type: "Follow-up",
  });
  const visit = await book("2027-03-01T09:00:00Z");
  await work("front_desk", "POST", `/api/appointments/${visit.id}/reschedule`, { start: "2027-03-01T10:00:00Z", durationMinutes: 30 });
  await work("front_desk", "POST", `/api/appointments/${visit.id}/status`, { status: "checked_in" });
  const other = await book("2027-03-02T09:00:00Z");
  await work("front_desk", "POST", `/api/appointments/${other.id}/status`, { status: "cancelled", reason: "Ill" });

  const encounter = await work("provider", "POST", "/api/encounters", { patientId, providerId: practitioner, reason: "Cough" });
  await work("nurse", "POST", `/api/encounters/${encounter.id}/vitals`, { heartRate: 72, systolic: 120, diastolic: 80 });
  await work("provider", "PUT", `/api/encounters/${encounter.id}`, { note: "Better.", diagnoses: [{ code: "386661006", display: "Fever" }] });
  await work("provider", "POST", `/api/encounters/${encounter.id}/complete`, {});
  await work("provider", "POST", `/api/encounters/${encounter.id}/sign`, {});

  const biopsy = await work("provider", "POST", "/api/biopsies", { patientId, providerId: practitioner, site: "Left forearm" });
  await work("provider", "PUT", `/api/biopsies/${biopsy.id}`, { status: "collected", specimen: "Punch, 4 mm" });
  await work("lab", "POST", `/api/biopsies/${biopsy.id}/result`, { diagnosis: "Seborrheic keratosis" });
  await work("provider", "POST", `/api/biopsies/${biopsy.id}/review`, { decision: "No further action" });

  const claim = await work("billing", "POST", "/api/claims", { patientId, payer: "Harbor Mutual", lines: [{ code: "99213", amount: 120 }] });
  await work("billing", "PUT", `/api/claims/${claim.id}`, { lines: [{ code: "99214", amount: 150 }] });
  await work("billing", "POST", `/api/claims/${claim.id}/submit`, {});
  await work("billing", "POST", `/api/claims/${claim.id}/status`, { status: "denied", reason: "Not covered" });
  await work("billing", "POST", `/api/claims/${claim.id}/status`, { status: "partially_paid", amountPaid: 100 });
  const payment = await work("billing", "POST", "/api/payments", { patientId, claimId: claim.id, amount: 40, method: "card" });

  const asked = { patientId, providerId: practitioner, service: "MRI of the knee", payer: "Harbor Mutual" };
  const granted = await work("billing", "POST", "/api/prior-auths", asked);
  await work("billing", "POST", `/api/prior-auths/${granted.id}/status`, { status: "pending" });
  await work("billing", "POST", `/api/prior-auths/${granted.id}/status`, { status: "approved", number: "A-1", validUntil: "2027-12-31" });
  const published = await publish(patientId);
  const denied = await work("billing", "POST", "/api/prior-auths", asked);
  await work("billing", "POST", `/api/prior-auths/${denied.id}/status`, { status: "denied", reason: "Not necessary" });
  return {
    published,
    made: {
      appointments: [visit, other], encounters: [encounter], biopsies: [biopsy], claims: [claim], payments: [payment],
      "prior-auths": [granted, denied],
    },
  };
}

// A service that writes no FHIR tells an event, and tells it again.
async function publish(patientId) {
  const event = {
    specversion: "1.0", id: "ris-1", type: "radiology.study.complete", source: "urn:ris", subject: `Patient/${patientId}`,
    time: new Date().toISOString(), datacontenttype: "application/json",
    data: { patientId, resource: "ImagingStudy/ris-7/_history/1", studyId: "ris-7", studyName: "MRI of the knee" },
  };
  const outcomes = [];
  for (const sent of [event, [event]]) outcomes.push(...(await work("service", "POST", "/api/events", sent)).results);
  return outcomes.map(({ outcome }) => outcome);
}

// What the lists have of this patient, beside what was made.
async function read(patientId, made) {
  const told = {};
  for (const [kind, records] of Object.entries(made)) {
    const role = kind === "appointments" ? "front_desk" : ["encounters", "biopsies"].includes(kind) ? "provider" : "billing";
    const { items } = await work(role, "GET", `/api/${kind}?patientId=${patientId}`);
    const [found, expected] = [items, records].map((all) => all.map(({ id }) => id).sort().join());
    told[kind] = found === expected ? items.length : `${found} and not ${expected}`;
  }
  const { items } = await work("front_desk", "GET", "/api/patients?search=Tran");
  const one = await work("provider", "GET", `/api/patients/${patientId}`);
  const visit = await work("front_desk", "GET", `/api/appointments/${made.appointments[0].id}`);
  const log = await work("provider", "GET", `/api/events?since=0&types=appointment.*,radiology.*&patientId=${patientId}`);
  return {
    ...told, patients: items.map(({ id }) => id === patientId), phone: one.phone,
    start: new Date(visit.start).toISOString().replace(".000", ""),
    log: log.items.map(({ type }) => type),
  };
}

async function laboratory(patientId) {
  const subject = { reference: `Patient/${patientId}` };
  const code = { coding: [{ system: "http://loinc.org", code: "2823-3", display: "Potassium" }], text: "Potassium" };
  const laboratory = [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/observation-category", code: "laboratory" }] }];
  const order = await work("provider", "POST", "/fhir/ServiceRequest", {
    resourceType: "ServiceRequest", status: "active", intent: "order", subject, code,
    category: [{ coding: [{ system: "http://snomed.info/sct", code: "108252007" }] }], requester: { reference: `Practitioner/${practitioner}` },
  });
  const basedOn = [{ reference: `ServiceRequest/${order.id}` }];
  const begun = Date.now();
  const observation = await work("lab", "POST", "/fhir/Observation", {
    resourceType: "Observation", status: "final", category: laboratory, code, subject, basedOn, effectiveDateTime: new Date().toISOString(),
    valueQuantity: { value: 6.5, unit: "mmol/L", system: "http://unitsofmeasure.org", code: "mmol/L" },
    interpretation: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", code: "HH" }] }],
  });
  const report = await work("lab", "POST", "/fhir/DiagnosticReport", {
    resourceType: "DiagnosticReport", status: "final", code, subject, basedOn, issued: new Date().toISOString(),
    category: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0074", code: "LAB" }] }],
    result: [{ reference: `Observation/${observation.id}` }],
  });
  return { begun, reportId: report.id };
}

const provider = await listen("provider");
const admin = await listen("admin");
await work("admin", "PUT", `/fhir/Practitioner/${practitioner}`, {
  resourceType: "Practitioner", id: practitioner, name: [{ family: "Ruiz", given: ["Ana"] }],
});
const patient = await work("front_desk", "POST", "/api/patients", {
  firstName: "Maya", lastName: "Tran", birthDate: "1980-02-28", sex: "female", mrn: "MRN-1",
});
const { published, made } = await clinic(patient.id);
await until(() => [provider, admin].every((each) => each.of("prior_auth:denied").length === 1), "the last event of the workflow");
const watched = [admin, provider].map((each) => each.heard.filter(({ name }) => name.includes(":")).map(({ name, payload }) => ({ name, payload })));

const lists = await read(patient.id, made);
const worked = [...routes].sort();

const { begun, reportId } = await laboratory(patient.id);
const alert = (await until(() => provider.of("critical_alert").at(0), "critical_alert"));
const notification = await until(
  () => provider.of("notification").find((each) => each.payload.type === "lab_result_available"), "notification");

const chart = await until(async () => {
  const found = await call("provider", "GET", `${at.charts}/api/aggregate/patients/${patient.id}`).catch(() => null);
  return found?.criticalAlertCount === 1 && found.unreadResultCount > 0 && found.criticalAlerts[0].id === alert.payload.id ? found : null;
}, "the chart");
const alerts = await call("provider", "GET", `${at.charts}/api/aggregate/patients/${patient.id}/alerts`);

const statusOf = async (url) => (await fetch(url, { headers: { authorization: `Bearer ${tokens.provider}` } })).status;
console.log(JSON.stringify({
  patientId: patient.id,
  reportId,
  routes: worked,
  lists,
  published,
  admin: watched[0],
  provider: watched[1],
  alert: alert.payload,
  alertAfter: alert.at - begun,
  notification: notification.payload,
  chart,
  alerts,
  elsewhere: {
    updatesAtMessaging: await refused(at.messaging, ""),
    messagesAtNotifications: await refused(at.notifications, "/messaging"),
    messagesAtMessaging: await refused(at.messaging, "/messaging"),
    chartAtNotifications: await statusOf(`${at.notifications}/api/aggregate/patients/${patient.id}`),
    fhirAtCharts: await statusOf(`${at.charts}/fhir/Patient/${patient.id}`),
    alertsAtCharts: await statusOf(`${at.charts}/api/alerts`),
  },
}));
provider.socket.close();
admin.socket.close();
