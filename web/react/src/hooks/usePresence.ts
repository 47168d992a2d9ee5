import { viewResource, type Viewer, type ViewMode } from '@vagus/client';
import { useEffect, useMemo, useState } from 'react';
import { useVagus } from '../provider/VagusProvider.js';

export interface PresenceOptions {
  readonly mode?: ViewMode | undefined;
  readonly enabled?: boolean | undefined;
}

const none: readonly Viewer[] = [];

/** Says that the person views or edits a resource (`Appointment/12`) while the component is mounted, and who does; the person too. */
export function usePresence(resource: string, { mode = 'viewing', enabled = true }: PresenceOptions = {}): { viewers: readonly Viewer[] } {
  const services = useVagus();
  const of = useMemo(() => ({ services, resource }), [services, resource]);
  const [known, setKnown] = useState<{ of: object | null; viewers: readonly Viewer[] }>({ of: null, viewers: none });
  useEffect(() => {
    if (!enabled) return;
    const leave = viewResource(services.connection, resource, mode, (viewers) => setKnown({ of, viewers }));
    return () => {
      leave();
      setKnown({ of: null, viewers: none });
    };
  }, [services, of, resource, mode, enabled]);
  return { viewers: known.of === of ? known.viewers : none };
}
