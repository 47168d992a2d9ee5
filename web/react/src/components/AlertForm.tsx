import { showsOtherValue } from '@vagus/client';
import { useEffect, useState, type ReactElement } from 'react';
import { AcknowledgeForm, type AlertFormProps } from './AcknowledgeForm.js';
import { ResolveForm } from './ResolveForm.js';

/**
 * What a person answers an alert with. It answers the value that was read when the form was opened: where the alert shows another one, it
 * says so and asks anew, because what was typed belongs to the value before.
 */
export function AlertForm({ alert, list, onClose }: AlertFormProps): ReactElement {
  const [read, setRead] = useState(alert);
  const isOther = showsOtherValue(alert, read);
  const isKnown = Boolean(alert.resource);
  if (!isOther && isKnown && !read.resource) setRead(alert);
  // What was told live does not name its record: it is read before the answer.
  useEffect(() => {
    if (!isKnown) void list.reload();
  }, [isKnown, list]);
  if (isOther) {
    return (
      <div className="vagus-form">
        <p className="vagus-failure">{`The value changed: ${alert.message}. Nothing of yours was recorded.`}</p>
        <button type="button" className="vagus-button" onClick={() => setRead(alert)}>
          Go on with this value
        </button>
        <button type="button" className="vagus-button" onClick={onClose}>
          Cancel
        </button>
      </div>
    );
  }
  const Form = alert.state === 'acknowledged' ? ResolveForm : AcknowledgeForm;
  return <Form alert={{ ...alert, resource: alert.resource ?? read.resource ?? null }} list={list} onClose={onClose} />;
}
