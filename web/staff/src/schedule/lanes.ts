import { byStart, lengthInMinutes, startsAt } from '../appointments/appointment';
import type { Appointment } from '../data/fhir/resources';

export interface Placed {
  readonly appointment: Appointment;
  readonly lane: number;
  readonly lanes: number;
}

/** Appointments that overlap stand side by side; the others get the whole width. */
export function placeInLanes(appointments: readonly Appointment[]): Placed[] {
  const placed: Placed[] = [];
  let cluster: { appointment: Appointment; lane: number }[] = [];
  let laneEnds: number[] = [];

  function closeCluster(): void {
    const lanes = laneEnds.length;
    placed.push(...cluster.map((one) => ({ ...one, lanes })));
    cluster = [];
    laneEnds = [];
  }

  for (const appointment of [...appointments].sort(byStart)) {
    const start = startsAt(appointment).getTime();
    if (laneEnds.every((end) => end <= start)) closeCluster();
    const free = laneEnds.findIndex((end) => end <= start);
    const lane = free < 0 ? laneEnds.length : free;
    laneEnds[lane] = start + lengthInMinutes(appointment) * 60_000;
    cluster.push({ appointment, lane });
  }
  closeCluster();
  return placed;
}
