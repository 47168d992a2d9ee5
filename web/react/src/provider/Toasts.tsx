import { useSyncExternalStore, type ReactElement } from 'react';
import type { ToastList } from './toastList.js';

/** The region is there before anything is said: screen readers speak only what changes in it. */
export function Toasts({ toasts, label }: { readonly toasts: ToastList; readonly label: string }): ReactElement {
  const current = useSyncExternalStore(toasts.watch, toasts.current, toasts.current);
  return (
    <div className="vagus-toasts" role="log" aria-live="polite" aria-label={label}>
      {current.map(({ id, text, isUrgent }) => (
        <div key={id} className="vagus-toast" data-urgent={isUrgent || undefined}>
          <span>{text}</span>
          <button type="button" className="vagus-button" aria-label={`Dismiss: ${text}`} onClick={() => toasts.dismiss(id)}>
            <span aria-hidden="true">×</span>
          </button>
        </div>
      ))}
    </div>
  );
}
