// node clients.mjs BASE TOKEN: what three real clients do with the server. Prints one line of JSON.
import { MedplumClient } from "@medplum/core";
import { Client as KitClient } from "fhir-kit-client";
import smartOf from "fhirclient";

const [base, token] = process.argv.slice(2);
const told = {};

async function refused(call) {
  try {
    await call();
    return 0;
  } catch (error) {
    return error.response?.status ?? error.status ?? error.statusCode ?? error.outcome?.issue?.[0]?.code ?? String(error);
  }
}

const patient = (family, mrn) => ({
  resourceType: "Patient", name: [{ family }], identifier: [{ system: "urn:mrn", value: mrn }],
});

async function kit() {
  const client = new KitClient({ baseUrl: base, bearerToken: token });
  const created = await client.create({ resourceType: "Patient", body: patient("Kit", "kit") });
  const updated = await client.update({
    resourceType: "Patient", searchParams: { identifier: "urn:mrn|kit" }, body: patient("Kitted", "kit"),
  });
  const patched = await client.patch({
    resourceType: "Patient", id: created.id, jsonPatch: [{ op: "add", path: "/birthDate", value: "1930-05-17" }],
  });
  const history = await client.resourceHistory({ resourceType: "Patient", id: created.id });
  const ofType = await client.typeHistory({ resourceType: "Patient" });
  const ofSystem = await client.systemHistory();
  const everything = await client.operation({ name: "everything", resourceType: "Patient", id: created.id, method: "GET" });
  for (let number = 0; number < 3; number++) await client.create({ resourceType: "Patient", body: patient("Paged", `p${number}`) });
  let page = await client.search({ resourceType: "Patient", searchParams: { family: "Paged", _count: 2 } });
  let found = page.entry.length;
  while ((page = await client.nextPage({ bundle: page }))) found += page.entry?.length ?? 0;
  const batch = await client.batch({
    body: { resourceType: "Bundle", type: "batch", entry: [{ request: { method: "GET", url: `Patient/${created.id}` } }] },
  });
  await client.delete({ resourceType: "Patient", id: created.id });
  return {
    same: updated.id === created.id, versions: history.entry.length, ofType: ofType.entry.length, ofSystem: ofSystem.entry.length,
    birthDate: patched.birthDate, everything: everything.entry.map((entry) => entry.resource.resourceType), found,
    batch: batch.entry[0].response.status, gone: await refused(() => client.read({ resourceType: "Patient", id: created.id })),
  };
}

async function smart() {
  const client = smartOf({ headers: {} }, {}).client({ serverUrl: base, tokenResponse: { access_token: token } });
  const created = await client.create(patient("Smart", "smart"));
  const updated = await client.update({ ...created, active: true });
  const patched = await client.patch(`Patient/${created.id}`, [{ op: "replace", path: "/active", value: false }]);
  const all = await client.request("Patient?family=Paged&_count=1", { pageLimit: 0, flat: true });
  await client.delete(`Patient/${created.id}`);
  return { version: updated.meta.versionId, active: patched.active, found: all.length };
}

async function medplum() {
  const client = new MedplumClient({ baseUrl: new URL(base).origin, fhirUrlPath: "fhir", fetch, accessToken: token });
  const first = await client.createResourceIfNoneExist(patient("Medplum", "med"), "identifier=urn:mrn|med");
  const again = await client.createResourceIfNoneExist(patient("Medplum", "med"), "identifier=urn:mrn|med");
  const upserted = await client.upsertResource(patient("Upserted", "med"), "identifier=urn:mrn|med");
  const patched = await client.patchResource("Patient", first.id, [{ op: "add", path: "/birthDate", value: "1930-05-17" }]);
  const history = await client.readHistory("Patient", first.id);
  const found = await client.searchResources("Patient", "family=upserted");
  const everything = await client.readPatientEverything(first.id);
  const batch = await client.executeBatch({
    resourceType: "Bundle", type: "transaction",
    entry: [{ resource: patient("Bundled", "bundled"), request: { method: "POST", url: "Patient" } }],
  });
  const binary = await client.createBinary({ data: "hello", contentType: "text/plain" });
  const outcome = await client.validateResource(patient("Valid", "v"));
  await client.deleteResource("Patient", first.id);
  return {
    once: first.id === again.id, same: upserted.id === first.id, birthDate: patched.birthDate, versions: history.entry.length,
    found: found.length, everything: everything.entry.length, batch: batch.entry[0].response.status, binary: binary.contentType,
    valid: outcome.issue[0].severity,
  };
}

for (const [name, run] of Object.entries({ kit, smart, medplum })) {
  try {
    told[name] = await run();
  } catch (error) {
    told[name] = { error: String(error?.stack ?? error), data: error?.response?.data ?? error?.outcome };
  }
}

console.log(JSON.stringify(told));
