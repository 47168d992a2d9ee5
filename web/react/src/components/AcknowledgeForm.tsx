import type { Alert, OpenAlerts } from '@vagus/client';
import { useId, useState, type FormEvent, type ReactElement } from 'react';
import type { ClinicTimes } from '../events/clinicTimes.js';
import { useTimes } from '../provider/VagusProvider.js';

export interface AlertFormProps {
  readonly alert: Alert;
  readonly list: OpenAlerts;
  readonly onClose: () => void;
}

/** Acknowledges with the value read back, where there is one. What was typed stays when the server refuses. */
export function AcknowledgeForm({ alert, list, onClose }: AlertFormProps): ReactElement {
  const id = useId();
  const times = useTimes();
  const [readBack, setReadBack] = useState('');
  const [isSending, setSending] = useState(false);
  const [failure, setFailure] = useState<{ code: string; message: string } | null>(null);

  async function acknowledge(event: FormEvent): Promise<void> {
    event.preventDefault();
    setSending(true);
    setFailure(null);
    const { id: alertId, resource } = alert;
    const answer = await list.acknowledge(alertId, { resource, ...(readBack.trim() === '' ? {} : { readBack: readBack.trim() }) });
    setSending(false);
    if (answer.ok) onClose();
    else setFailure(answer.error);
  }

  return (
    <form className="vagus-form" onSubmit={(event) => void acknowledge(event)}>
      <label htmlFor={id}>Read back the value</label>
      {/* The form was opened to type this. */}
      {/* oxlint-disable-next-line jsx-a11y/no-autofocus */}
      <input id={id} autoFocus autoComplete="off" value={readBack} onChange={(event) => setReadBack(event.target.value)} />
      <button type="submit" className="vagus-button" disabled={isSending}>
        {isSending ? 'Acknowledging…' : mayHaveFailed(failure) ? 'Try again' : 'Acknowledge'}
      </button>
      <button type="button" className="vagus-button" onClick={onClose}>
        Cancel
      </button>
      {failure !== null && <p className="vagus-failure">{wordsOf(failure, times)}</p>}
    </form>
  );
}

/** Nothing is wrong with what was typed: it did not arrive. */
function mayHaveFailed(failure: { code: string } | null): boolean {
  return failure !== null && ['not_connected', 'no_answer', 'transient'].includes(failure.code);
}

function wordsOf({ code, message, at }: { code: string; message: string; by?: string; at?: string }, times: ClinicTimes): string {
  switch (code) {
    case 'read_back_differs':
      return 'This does not name the value. Read it again.';
    case 'alert_changed':
      return 'The alert changed meanwhile. It is not acknowledged: look at it again.';
    case 'already_acknowledged':
      return `Somebody else has acknowledged it${at === undefined ? '' : ` at ${times.time(at)}`}.`;
    case 'not_connected':
      return 'There is no connection to the server. It is not acknowledged: try again, or call.';
    case 'no_answer':
      return 'The server has not answered. It may not be acknowledged: try again, or call.';
    default:
      return message;
  }
}
