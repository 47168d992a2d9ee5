import { Problem, type AlertAction } from '@vagus/client';
import { useId, useState, type FormEvent, type ReactElement } from 'react';
import type { AlertFormProps } from './AcknowledgeForm.js';

const actions: Readonly<Record<AlertAction, string>> = {
  treated: 'Treated',
  ordered: 'Ordered',
  informed: 'Patient or colleague informed',
  no_action_needed: 'No action needed',
  other: 'Other',
};

/** Records what was done: the alert ends with it. */
export function ResolveForm({ alert, list, onClose }: AlertFormProps): ReactElement {
  const id = useId();
  const [action, setAction] = useState<AlertAction>('treated');
  const [note, setNote] = useState('');
  const [isSending, setSending] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  async function resolve(event: FormEvent): Promise<void> {
    event.preventDefault();
    setSending(true);
    setFailure(null);
    try {
      await list.resolve(alert.id, action, note.trim() === '' ? undefined : note.trim(), alert);
      onClose();
    } catch (error) {
      setFailure(wordsOf(error));
      setSending(false);
    }
  }

  return (
    <form className="vagus-form" onSubmit={(event) => void resolve(event)}>
      <label htmlFor={`${id}a`}>What was done</label>
      <select id={`${id}a`} value={action} onChange={(event) => setAction(event.target.value as AlertAction)}>
        {Object.entries(actions).map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <label htmlFor={`${id}n`}>Note</label>
      <input id={`${id}n`} autoComplete="off" value={note} onChange={(event) => setNote(event.target.value)} />
      <button type="submit" className="vagus-button" disabled={isSending}>
        {isSending ? 'Recording…' : 'Record'}
      </button>
      <button type="button" className="vagus-button" onClick={onClose}>
        Cancel
      </button>
      {failure !== null && <p className="vagus-failure">{failure}</p>}
    </form>
  );
}

function wordsOf(error: unknown): string {
  if (error instanceof Problem && error.code === 'alert_changed') {
    return 'The alert changed meanwhile. Nothing is recorded: look at it again.';
  }
  return error instanceof Error ? error.message : 'It could not be recorded.';
}
