import { viewResource, type Viewer, type ViewMode } from '@vagus/client';
import { useEffect, useState } from 'react';
import { useVagus } from '../provider/VagusProvider.js';

export interface PresenceOptions {
  readonly mode?: ViewMode | undefined;
  readonly enabled?: boolean | undefined;
}

const none: readonly Viewer[] = [];

/** Says that the person views or edits a resource (`Appointment/12`) while the component is mounted, and who does; the person too. */
export function usePresence(resource: string, { mode = 'viewing', enabled = true }: PresenceOptions = {}): { viewers: readonly Viewer[] } {
  const { connection } = useVagus();
  const [viewers, setViewers] = useState(none);
  useEffect(() => {
    if (!enabled) return;
    const leave = viewResource(connection, resource, mode, setViewers);
    return () => {
      leave();
      setViewers(none);
    };
  }, [connection, resource, mode, enabled]);
  return { viewers };
}
