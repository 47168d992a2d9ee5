import { fieldsByType, importanceByType } from './generated/contract.js';
import type { EventType } from './generated/events.js';

export type Importance = 'normal' | 'alert' | 'critical' | 'urgent';

/** Every type of the catalogue, in the order of its documentation. */
export const eventTypes: readonly EventType[] = Object.keys(fieldsByType) as EventType[];

export function isEventType(name: string): name is EventType {
  return Object.hasOwn(fieldsByType, name);
}

export function importanceOf(type: EventType): Importance {
  return importanceByType[type];
}
