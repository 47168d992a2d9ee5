import { socketNameOf, type ClinicalEvent, type ClinicalEventName } from '../events/eventNames.js';
import { useEvents } from './useEvents.js';

/** Calls the handler for each event of a type, such as `lab:critical_alert` or `lab.critical.alert`; its payload is typed by the type. */
export function useClinicalEvents<Name extends ClinicalEventName>(type: Name, handler: (event: ClinicalEvent<Name>) => void): void {
  useEvents(({ name, payload }) => {
    if (name === socketNameOf(type)) handler(payload as unknown as ClinicalEvent<Name>);
  });
}
