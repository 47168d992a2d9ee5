import type { ServerResponse } from 'node:http';
import { answer } from './answer';
import { chartListOf, chartOf } from './charts';
import type { FhirStore } from './fhirStore';

const maya = { userId: 'user-1', name: 'Kim Osei', role: 'nurse' };
const grace = { userId: 'user-2', name: 'Grace Mbeki', role: 'provider' };

export interface StoredAlert {
  readonly id: string;
  readonly state: string;
  readonly owner: typeof maya;
  readonly [field: string]: unknown;
}

interface Asked {
  readonly method: string;
  readonly pathname: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

/** Charts, alerts, notifications and preferences of the one person who signs in here, and booking. */
export class Care {
  readonly alerts = new Map<string, StoredAlert>();
  notifications: Record<string, unknown>[] = [];
  preferences: Record<string, unknown> = {
    email: { enabled: true, address: 'kim@clinic.example', refusedAt: null },
    sms: { enabled: false, phone: null },
    push: { enabled: false },
    digest: { enabled: false, time: '09:00' },
    quietHours: null,
    timeZone: 'America/New_York',
    language: 'en',
    kinds: { message: ['email'], notification: ['push'] },
  };

  /** An alert for the person of these tests, with the fields of `critical_alert`. */
  raise(id: string, more: Record<string, unknown> = {}): StoredAlert {
    const at = new Date().toISOString();
    const details = { testName: 'Potassium', value: 6.9, unit: 'mmol/L', criticalReason: 'Severe hyperkalemia' };
    const alert: StoredAlert = {
      id, type: 'critical_lab_value', priority: 'urgent', title: 'CRITICAL LAB VALUE', message: 'CRITICAL: Potassium = 6.9 mmol/L',
      patientId: 'patient-1', patientName: 'Ana Ruiz', details, requiresAcknowledgment: true, owner: maya, level: 1,
      dueAt: new Date(Date.now() + 8 * 60_000).toISOString(), state: 'raised', raisedAt: at, phoneTask: false,
      timeline: [{ at, what: 'raised', level: 1, to: 'user-1' }, { at, what: 'notified', level: 1, to: 'user-1' }], deliveries: [], ...more,
    };
    this.alerts.set(id, alert);
    return alert;
  }

  /** A colleague is faster. */
  acknowledgeAsGrace(id: string): void {
    const [alert, at] = [this.alerts.get(id)!, new Date().toISOString()];
    this.alerts.set(id, { ...alert, state: 'acknowledged', owner: grace, acknowledgedBy: grace.userId, acknowledgedAt: at });
  }

  /** False where the address is none of these. */
  serve(asked: Asked, store: FhirStore, mayUse: (type: string) => boolean, sequence: number, response: ServerResponse): boolean {
    const [, , area = '', ...rest] = asked.pathname.split('/');
    if (area === 'aggregate') this.#chart(asked, rest, store, mayUse, sequence, response);
    else if (area === 'alerts') this.#alerts(asked, rest, response);
    else if (area === 'notifications') this.#notifications(asked, rest, response);
    else if (area === 'preferences') this.#preferences(asked, response);
    else if (area === 'appointments' && mayUse('Appointment')) book(asked, store, response);
    else return false;
    return true;
  }

  #chart(
    { method }: Asked, [, patientId = '', list]: string[], store: FhirStore, mayUse: (type: string) => boolean, sequence: number,
    response: ServerResponse,
  ): void {
    const chart = chartOf(store, patientId, mayUse, sequence);
    if (!chart) answer(response, 404, { code: 'not_found', title: 'There is no such chart.' });
    else if (method === 'POST') response.writeHead(204).end();
    else answer(response, 200, list ? chartListOf(store, list, patientId, mayUse) : chart);
  }

  #alerts({ method, query, body }: Asked, [id = '', act]: string[], response: ServerResponse): void {
    if (method === 'GET') {
      const items = [...this.alerts.values()].filter(({ state }) => state === query.get('state'));
      return answer(response, 200, { items, nextCursor: null });
    }
    const alert = this.alerts.get(id);
    if (!alert) return answer(response, 404, { code: 'not_found' });
    const { readBack, action } = JSON.parse(body) as { readBack?: string; action?: string };
    const at = new Date().toISOString();
    if (act === 'acknowledge') {
      if (alert.state === 'acknowledged') return answer(response, 409, { code: 'already_acknowledged', by: 'user-2', at });
      if (readBack !== undefined && !readBack.includes('6.9')) return answer(response, 422, { code: 'read_back_differs' });
      this.alerts.set(id, { ...alert, state: 'acknowledged', owner: maya, acknowledgedBy: maya.userId, acknowledgedAt: at });
    } else if (act === 'resolve') {
      this.alerts.set(id, { ...alert, state: 'resolved', action, resolvedAt: at, resolvedBy: maya.userId });
    } else {
      this.alerts.set(id, { ...alert, state: 'escalated', owner: grace });
    }
    answer(response, 200, this.alerts.get(id)!);
  }

  #notifications({ method }: Asked, [id, act]: string[], response: ServerResponse): void {
    const now = new Date().toISOString();
    if (method === 'POST') {
      const marks = id === 'seen' ? { seenAt: now } : { seenAt: now, readAt: now };
      const isMeant = (each: Record<string, unknown>) => act === undefined || each['id'] === id;
      this.notifications = this.notifications.map((each) => (isMeant(each) ? { ...each, ...marks } : each));
      return void response.writeHead(204).end();
    }
    const count = (mark: string) => this.notifications.filter((each) => each[mark] === null).length;
    answer(response, 200, { items: this.notifications, unreadCount: count('readAt'), unseenCount: count('seenAt'), nextCursor: null });
  }

  #preferences({ method, body }: Asked, response: ServerResponse): void {
    if (method === 'PUT') this.preferences = { ...this.preferences, ...(JSON.parse(body) as object) };
    answer(response, 200, this.preferences);
  }
}

/** As the door of the server writes it; nothing is looked up of what is taken. */
function book({ body }: Asked, store: FhirStore, response: ServerResponse): void {
  const asked = JSON.parse(body) as Record<'patientId' | 'providerId' | 'start' | 'reason', string> & { durationMinutes: number };
  const { patientId, providerId, start, durationMinutes, reason } = asked;
  const takesPart = (type: string, id: string) => {
    const [name] = (store.get(type, id)?.['name'] ?? []) as { given: string[]; family: string }[];
    return { actor: { reference: `${type}/${id}`, display: [...(name?.given ?? []), name?.family].join(' ') }, status: 'accepted' };
  };
  const end = new Date(Date.parse(start) + durationMinutes * 60_000).toISOString();
  const { id } = store.put({
    resourceType: 'Appointment', status: 'booked', start, end, minutesDuration: durationMinutes, reasonCode: [{ text: reason }],
    participant: [takesPart('Patient', patientId), takesPart('Practitioner', providerId)],
  });
  answer(response, 201, { id });
}
