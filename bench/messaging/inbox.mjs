// node inbox.mjs URL EMAIL PASSWORD COLLEAGUE PASSWORD THREADS ROUNDS: the colleague fills an inbox by its own doors, then each filter is asked
// for its first page, one request after the other; prints the middle and the 99th percentile of each.
const [url, email, password, colleague, colleaguePassword, threadsText, roundsText] = process.argv.slice(2);
const [threads, rounds] = [Number(threadsText), Number(roundsText)];
const atOnce = 32;
const patients = 500;
const categories = ['general', 'prescription_refill', 'appointment', 'billing', 'medical_question', 'other'];
const priorities = ['normal', 'normal', 'normal', 'normal', 'low', 'high', 'urgent'];

const { user, ...reader } = await ask('POST', '/api/auth/login', { email, password });
let { accessToken } = await ask('POST', '/api/auth/login', { email: colleague, password: colleaguePassword });

async function ask(method, path, body) {
  const headers = { 'content-type': 'application/json' };
  if (path !== '/api/auth/login') headers.authorization = `Bearer ${accessToken}`;
  const answer = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path.split('?')[0]}: ${answer.status} ${text.slice(0, 300)}`);
  return text ? JSON.parse(text) : null;
}

async function each(count, workers, work) {
  let next = 0;
  await Promise.all(Array.from({ length: workers }, async () => {
    for (let at = next++; at < count; at = next++) await work(at);
  }));
}

async function fill() {
  await each(patients, atOnce, (at) => ask('PUT', `/fhir/Patient/p${at}`, {
    resourceType: 'Patient', id: `p${at}`, birthDate: '1980-02-28', name: [{ family: 'Doe', given: [`Number ${at}`] }],
  }));
  const ids = Array(threads);
  await each(threads, atOnce, async (at) => {
    ids[at] = (await ask('POST', '/api/patient-messages/threads', {
      patientId: `p${at % patients}`, subject: `Question ${at}`, category: categories[at % categories.length],
      priority: priorities[at % priorities.length], content: 'I have a question about my medication, and when to take it.',
    })).thread.id;
  });
  // Most of an inbox is done; of the rest some is somebody's, labelled or asleep.
  const some = (step, rest) => ids.filter((_, at) => at % step === rest);
  await change(ids.filter((_, at) => at % 40 !== 0), { status: 'closed' });
  await change(ids.filter((_, at) => at % 40 === 0), { status: 'open' });
  await change(some(400, 0), { assignedTo: user.id });
  await change(some(400, 80), { labels: ['vip'] });
  await change(some(400, 240), { team: 'night' });
  await change(some(400, 160), { snoozeUntil: new Date(Date.now() + 86_400_000).toISOString() });
}

async function change(ids, changes) {
  const parts = Array.from({ length: Math.ceil(ids.length / 100) }, (_, at) => ids.slice(at * 100, at * 100 + 100));
  await each(parts.length, 8, async (at) => {
    const { results } = await ask('POST', '/api/patient-messages/threads/bulk', { threadIds: parts[at], changes });
    if (results.some(({ ok }) => !ok)) throw new Error('A thread was not changed.');
  });
}

function percentile(times, share) {
  return times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(2);
}

async function measure(name, query) {
  const times = [];
  let found = 0;
  for (let round = -20; round < rounds; round++) {
    const began = performance.now();
    found = (await ask('GET', `/api/patient-messages/threads?limit=50${query(round + 20)}`)).items.length;
    if (round >= 0) times.push(performance.now() - began);
  }
  times.sort((one, other) => one - other);
  console.log(`${name.padEnd(28)} ${String(found).padStart(3)} threads   p50 ${percentile(times, 0.5)} ms   p99 ${percentile(times, 0.99)} ms`);
}

const began = performance.now();
await fill();
console.log(`filled with ${threads} threads in ${Math.round((performance.now() - began) / 1000)} s`);
({ accessToken } = reader);
const { nextCursor } = await ask('GET', '/api/patient-messages/threads?limit=200');
await measure('all', () => '');
await measure('the next page', () => (nextCursor ? `&cursor=${nextCursor}` : ''));
await measure('status=open', () => '&status=open');
await measure('status=closed', () => '&status=closed');
await measure('category', (round) => `&category=${categories[round % categories.length]}`);
await measure('priority=urgent', () => '&priority=urgent');
await measure('status and priority', () => '&status=open&priority=urgent');
await measure('status and category', () => '&status=open&category=general');
await measure('closed, urgent', () => '&status=closed&priority=urgent');
await measure('assigned to me', () => '&assignedTo=me');
await measure('assigned to nobody', () => '&assignedTo=none');
await measure('team', () => '&team=night');
await measure('patientId', (round) => `&patientId=p${(round * 7) % patients}`);
await measure('label', () => '&label=vip');
await measure('snoozed', () => '&snoozed=true');
await measure('status=open, not snoozed', () => '&status=open&snoozed=false');
await measure('unread', () => '&unread=true');
await measure('unread, urgent', () => '&unread=true&priority=urgent');
