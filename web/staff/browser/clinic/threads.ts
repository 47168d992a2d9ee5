import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer } from './answer';

type Fields = Record<string, unknown>;

const patients = {
  ana: { id: 'patient-1', name: 'Ana Ruiz', birthDate: '1984-05-06', mrn: 'MRN100058' },
  ben: { id: 'patient-2', name: 'Benjamin Montgomery-Featherstonehaugh Carter', birthDate: '1951-11-30', mrn: 'MRN100112' },
  farid: { id: 'patient-3', name: 'Farid Haddad', birthDate: '1990-01-20', mrn: 'MRN100077' },
};
const colleague = { userId: 'user-2', name: 'Grace Mbeki' };
const own = { userId: 'user-1', name: 'Kim Osei' };

/** The threads of the inbox in memory: lists by who has them, drafts, messages and notes. It searches and decides nothing else. */
export class Threads {
  readonly #threads = new Map<string, Fields>();
  readonly #entries = new Map<string, Fields[]>();
  readonly #drafts = new Map<string, Fields>();
  #held: Fields[] = [];
  #made = 0;
  /** How long a reply may be taken back. */
  undoSeconds = 0;
  /** Messages that an author is not said to have seen: the next reply is refused with them. */
  newer: Fields[] = [];

  constructor() {
    this.#begin('thread-1', { patient: patients.ana, subject: 'Refill of metformin', category: 'prescription_refill', unreadCount: 2,
      overdue: true, dueAt: ago(130), waitingSince: ago(600), priority: 'urgent', assignedTo: own, labels: ['vip'] });
    this.#begin('thread-2', { patient: patients.ben, subject: 'Numbness in my left arm since the last visit', category: 'medical_question',
      waitingSince: ago(50), dueAt: ago(-70), assignedTo: own });
    this.#begin('thread-3', { patient: patients.farid, subject: 'Bill of October', category: 'billing', status: 'waiting_patient',
      assignedTo: colleague });
    this.#begin('thread-4', { patient: patients.farid, subject: 'Moving my appointment', category: 'appointment', waitingSince: ago(5) });
  }

  /** A colleague changes the thread; nobody is told. */
  change(id: string, changes: Fields): void {
    this.#change(this.#threads.get(id) ?? {}, changes);
  }

  /** The patient writes; the message is what `/messaging` would tell. */
  receive(id: string, content: string): Fields {
    const thread = this.#threads.get(id) ?? {};
    const sequence = Number(thread['lastSequence']) + 1;
    const message: Fields = { ...this.#entry(id, 'patient', 'patient-user'), sequence, content };
    this.#entries.get(id)?.push(message);
    Object.assign(thread, { lastSequence: sequence, lastMessageAt: message['sentAt'], lastMessagePreview: content });
    return message;
  }

  /** More threads of patients than a screen shows. */
  fill(count: number): void {
    for (let index = 0; index < count; index += 1) {
      const patient = { ...patients.farid, name: `Patient ${String(index).padStart(3, '0')}` };
      this.#begin(`many-${index}`, { patient, subject: `Subject ${index}`, category: 'general', status: 'in_progress' });
    }
  }

  serve(request: IncomingMessage, { pathname, searchParams }: URL, body: string, response: ServerResponse): void {
    const given = body === '' ? {} : (JSON.parse(body) as Fields);
    const [, place, id = '', more = ''] = /^\/api\/patient-messages\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(pathname) ?? [];
    const method = request.method ?? 'GET';
    if (pathname === '/api/messages/recipients') {
      return answer(response, 200, { items: [{ kind: 'person', role: 'nurse', ...colleague }] });
    }
    if (pathname.startsWith('/api/canned-responses')) return this.#canned(pathname, response);
    if (place === 'unread-count') return answer(response, 200, { count: 1, byCategory: {} });
    if (place === 'options') return answer(response, 200, { undoSeconds: this.undoSeconds, labels: [{ id: 'vip', name: 'VIP' }] });
    if (place === 'scheduled') return this.#scheduled(method, id, response);
    if (place !== 'threads') return answer(response, 404, { code: 'not_found' });
    if (id === 'bulk') return answer(response, 200, { results: this.#bulk(given) });
    const items = [...this.#threads.values()].filter((one) => fits(one, searchParams));
    if (id === '') return answer(response, 200, { items, nextCursor: null });
    const thread = this.#threads.get(id);
    if (!thread) return answer(response, 404, { code: 'not_found' });
    if (more.endsWith('draft')) return this.#draft(method, `${id} ${more}`, given, response);
    if (more === 'messages') return this.#write(thread, given, response);
    if (method === 'PUT' && more === '') {
      const isStale = given['version'] !== undefined && given['version'] !== thread['version'];
      return isStale ? answer(response, 409, { code: 'stale_version' }) : answer(response, 200, this.#change(thread, given));
    }
    if (method === 'GET') return answer(response, 200, { thread, messages: this.#entries.get(id), nextCursor: null });
    answer(response, 200, {});
  }

  #begin(id: string, fields: Fields): void {
    const last = ago(this.#threads.size * 90 + 5);
    this.#threads.set(id, {
      id, kind: 'patient', priority: 'normal', status: 'open', assignedTo: null, team: null, createdAt: ago(700), lastMessageAt: last,
      lastMessagePreview: 'Could you look into this, please? I am not sure.', waitingSince: null, dueAt: null, overdue: false,
      snoozeUntil: null, labels: [], unreadCount: 0, following: false, lastSequence: 2, version: 1, ...fields,
    });
    const [message, note] = [this.#entry(id, 'patient', 'patient-user'), this.#entry(id, 'nurse', 'user-2')];
    this.#entries.set(id, [
      { ...message, sequence: 1, sentAt: ago(600), content: 'Good morning, I have run out of it.\nMay I have more?' },
      { ...note, kind: 'note', afterSequence: 1, sentAt: ago(500), content: 'Last HbA1c is nine months old.' },
      { ...message, id: `${id}-2`, sequence: 2, sentAt: last, content: 'Could you look into this, please? I am not sure.' },
    ]);
  }

  #entry(threadId: string, senderRole: string, senderId: string): Fields {
    this.#made += 1;
    return { id: `entry-${this.#made}`, kind: 'message', threadId, senderId, senderRole, recipientId: null, contextType: null,
      contextId: null, readAt: null, status: 'sent', clientMessageId: null, attachments: [], sentAt: new Date().toISOString() };
  }

  #write(thread: Fields, given: Fields, response: ServerResponse): void {
    const id = String(thread['id']);
    if (given['isInternalNote'] !== true && this.newer.length > 0) {
      const messages = this.newer.splice(0).map((fields) => ({ ...this.#entry(id, 'patient', 'patient-user'), sequence: 3, ...fields }));
      return answer(response, 409, { code: 'newer_messages', messages, lastSequence: 3 });
    }
    const entry = { ...this.#entry(id, 'nurse', 'user-1'), content: given['content'] };
    const sequence = Number(thread['lastSequence']) + 1;
    if (given['isInternalNote'] === true) {
      const note = { ...entry, kind: 'note', afterSequence: sequence - 1 };
      this.#entries.get(id)?.push(note);
      return answer(response, 201, note);
    }
    this.#drafts.delete(`${id} draft`);
    if (this.undoSeconds > 0 || given['sendAfter']) {
      const sendAt = given['sendAfter'] ?? new Date(Date.now() + this.undoSeconds * 1_000).toISOString();
      const held = { ...entry, status: 'scheduled', acceptedAt: new Date().toISOString(), sendAt };
      this.#held.push(held);
      return answer(response, 201, held);
    }
    const message = { ...entry, sequence };
    this.#entries.get(id)?.push(message);
    thread['lastSequence'] = sequence;
    answer(response, 201, message);
  }

  #change(thread: Fields, changes: Fields): Fields {
    const given = { ...changes };
    delete given['version'];
    const { assignedTo } = given;
    const person = assignedTo === own.userId ? own : assignedTo === colleague.userId ? colleague : null;
    return Object.assign(thread, given, 'assignedTo' in given ? { assignedTo: person } : {}, { version: Number(thread['version']) + 1 });
  }

  #bulk({ threadIds, changes }: Fields): Fields[] {
    return (threadIds as string[]).map((id) => {
      const thread = this.#threads.get(id);
      // One that a colleague has closed to everybody else, to show that each is changed by itself.
      if (!thread || id === 'thread-2') return { id, ok: false, error: { code: 'not_found', message: 'x' } };
      this.#change(thread, changes as Fields);
      return { id, ok: true, error: null };
    });
  }

  #draft(method: string, key: string, given: Fields, response: ServerResponse): void {
    const known = this.#drafts.get(key) ?? { content: '', version: 0 };
    if (method === 'GET') return answer(response, 200, known);
    if (method === 'DELETE') {
      this.#drafts.delete(key);
      response.writeHead(204).end();
      return;
    }
    if (given['version'] !== known['version']) return answer(response, 409, { code: 'stale_version' });
    const draft = { content: given['content'], version: Number(known['version']) + 1 };
    this.#drafts.set(key, draft);
    answer(response, 200, draft);
  }

  #scheduled(method: string, id: string, response: ServerResponse): void {
    if (method === 'GET') return answer(response, 200, { items: this.#held });
    const held = this.#held.find((one) => one['id'] === id);
    this.#held = this.#held.filter((one) => one !== held);
    answer(response, held ? 200 : 404, held ?? { code: 'not_found' });
  }

  #canned(pathname: string, response: ServerResponse): void {
    const approved = { id: 'canned-1', title: 'Prescription approved', shortcode: 'approved', category: 'prescription_refill',
      content: 'Hello {{patient.firstName}}, your [which medicine] will be ready in 24 to 48 hours.' };
    const filledContent = approved.content.replace('{{patient.firstName}}', 'Ana');
    if (pathname.endsWith(approved.id)) return answer(response, 200, { ...approved, filledContent });
    answer(response, 200, { items: [approved] });
  }
}

function ago(minutes: number): string {
  return new Date(Date.now() - minutes * 60_000).toISOString();
}

function fits(thread: Fields, asked: URLSearchParams): boolean {
  const assigned = (thread['assignedTo'] as typeof own | null)?.userId ?? 'none';
  const wanted = asked.get('assignedTo') === 'me' ? own.userId : asked.get('assignedTo');
  const words = ['status', 'category', 'priority'];
  return (!wanted || assigned === wanted) && words.every((name) => !asked.has(name) || thread[name] === asked.get(name));
}
