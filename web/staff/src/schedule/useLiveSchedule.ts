import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { isStale, parseReference, type AnyEvent } from '@vagus/client';
import { useEffect } from 'react';
import { placeAppointment, shownVersion } from '../appointments/dayAppointments';
import { read } from '../data/fhir/requests';
import type { Appointment } from '../data/fhir/resources';
import { eventSentence } from '../data/live/eventSentence';
import { connection } from '../data/session/session';
import { announce } from '../ui/announcements';
import { highlight } from '../ui/changes';

const gatherMs = 120;
/** Beyond this many at once, one search is cheaper than reading each. */
const readAtMost = 20;

/** Events say that an appointment changed; the board reads its newest version and shows it where it belongs. */
export function useLiveSchedule(): void {
  const queries = useQueryClient();
  useEffect(() => followAppointments(queries), [queries]);
}

function followAppointments(queries: QueryClient): () => void {
  const changed = new Map<string, AnyEvent>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function show(): void {
    timer = undefined;
    const events = [...changed];
    changed.clear();
    if (events.length > readAtMost) return void queries.invalidateQueries({ queryKey: ['appointments'] });
    for (const [id, event] of events) void showOne(queries, id, event);
  }

  const stop = connection.onAny((event) => {
    const id = appointmentOf(event);
    if (!id) return;
    changed.set(id, event);
    timer ??= setTimeout(show, gatherMs);
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}

function appointmentOf({ name, payload }: AnyEvent): string | null {
  if (!name.startsWith('appointment:')) return null;
  const named = parseReference(payload['resource'] as string | undefined)?.id ?? payload['id'];
  return typeof named === 'string' ? named : null;
}

async function showOne(queries: QueryClient, id: string, event: AnyEvent): Promise<void> {
  const version = parseReference(event.payload['resource'] as string | undefined)?.version;
  // Our own change, or one that a search already brought.
  if (isStale(shownVersion(queries, id), version)) return;
  const appointment = await read<Appointment>('Appointment', id).catch(() => null);
  if (!appointment) return void queries.invalidateQueries({ queryKey: ['appointments'] });
  const placement = placeAppointment(queries, appointment);
  if (placement === 'unchanged') return;
  highlight(`Appointment/${id}`, placement);
  announce(eventSentence(event).text);
}
