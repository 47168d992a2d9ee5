import { KeptForms, type KeptForm } from '@vagus/client';
import { unlessPersonReturns } from '../data/session/leaving';
import { session } from '../data/session/session';

const quietMs = 300;
/** A form that was left half filled in yesterday is of another day. */
const keptForMs = 24 * 60 * 60_000;

const timers = new Map<string, ReturnType<typeof setTimeout>>();
let opened: { readonly person: string; readonly forms: KeptForms } | null = null;
let turn: Promise<unknown> = Promise.resolve();

function personNow(): string | null {
  return session.state.status === 'signed_in' ? session.state.user.id : null;
}

/** One after the other. Where this browser keeps nothing, what was typed is in memory as before. */
function inTurn(work: () => Promise<unknown>): void {
  turn = turn.then(work).catch(() => undefined);
}

/** Null where nobody is signed in, or while the key cannot be had. */
async function formsOf(person: string | null): Promise<KeptForms | null> {
  if (person === null || person !== personNow() || !KeptForms.isPossible) return null;
  if (opened?.person !== person) opened = { person, forms: await KeptForms.open(session.path, await session.deviceKey()) };
  return opened.forms;
}

/** Keeps what was typed on this device, sealed, a moment after the last key. */
export function keepOnDevice(name: string, fields: object): void {
  const person = personNow();
  clearTimeout(timers.get(name));
  const put = async () => (await formsOf(person))?.put({ name, fields, typedAt: Date.now() });
  timers.set(name, setTimeout(() => inTurn(put), quietMs));
}

export function dropFromDevice(name: string): void {
  const person = personNow();
  clearTimeout(timers.get(name));
  inTurn(async () => (await formsOf(person))?.remove(name));
}

/** Tells what the person who is signed in has typed before, at each sign-in and after a reload. */
export function followFormsOnDevice(fill: (forms: readonly KeptForm[]) => void): void {
  let known: string | null = null;
  const follow = () => {
    const person = personNow();
    if (person === known) return;
    known = person;
    inTurn(async () => {
      if (person !== opened?.person) close();
      const forms = await (await formsOf(person))?.read(Date.now() - keptForMs);
      if (forms && person === personNow()) fill(forms);
    });
  };
  session.watch(follow);
  follow();
}

/** Without its key nothing of it can be read; the next sign-in of the same person brings it back. */
function close(): void {
  opened?.forms.close();
  opened = null;
}

unlessPersonReturns(() => {
  for (const timer of timers.values()) clearTimeout(timer);
  timers.clear();
  inTurn(() => KeptForms.erase(session.path));
});
