import type { AnyEvent } from '@vagus/client';
import { useState, type ReactElement } from 'react';
import { isUrgent } from '../events/eventWords.js';
import { useEvents } from '../hooks/useEvents.js';
import { useVagus } from '../provider/VagusProvider.js';

export interface RealTimeResultsIndicatorProps {
  /** Only results of this patient. */
  readonly patientId?: string;
  /** Shows the results; the count begins anew. */
  readonly onOpen?: (results: readonly AnyEvent[]) => void;
}

const results = new Set([
  'lab:result_available', 'lab:critical_alert', 'radiology:report_finalized', 'radiology:critical_alert', 'biopsy:result_received',
]);
const rememberAtMost = 1_000;

/** How many results came since it was last pressed, and whether one of them is critical. */
export function RealTimeResultsIndicator(props: RealTimeResultsIndicatorProps): ReactElement {
  return <Results key={useVagus().turn} {...props} />;
}

function Results({ patientId, onOpen }: RealTimeResultsIndicatorProps): ReactElement {
  const [{ of, came }, setCame] = useState<{ of: string | undefined; came: readonly AnyEvent[] }>({ of: patientId, came: [] });
  // Results of another patient are not counted on.
  const current = of === patientId ? came : [];
  useEvents((event) => {
    if (!results.has(event.name) || (patientId !== undefined && event.payload.patientId !== patientId)) return;
    setCame((before) => ({ of: patientId, came: [...(before.of === patientId ? before.came : []), event].slice(-rememberAtMost) }));
  });
  // A critical value is an event beside its report's: it makes the count urgent and not larger.
  const count = current.filter(({ name }) => !name.endsWith(':critical_alert')).length;
  const urgent = current.some(isUrgent);
  const text = `${count} new ${count === 1 ? 'result' : 'results'}${urgent ? ', critical' : ''}`;

  function open(): void {
    onOpen?.(current);
    setCame({ of: patientId, came: [] });
  }

  return (
    <span className="vagus-results" role="status">
      {current.length > 0 && (
        <button type="button" className="vagus-button" data-urgent={urgent || undefined} onClick={open}>
          {count === 0 ? 'Critical result' : text}
        </button>
      )}
    </span>
  );
}
