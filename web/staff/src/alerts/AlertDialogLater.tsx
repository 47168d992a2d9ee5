import { lazy, Suspense } from 'react';
import type { AlertDialogProps } from './AlertDialog';

const load = () => import('./AlertDialog');
const Loaded = lazy(() => load().then(({ AlertDialog }) => ({ default: AlertDialog })));

/** The dialog of an alert. Its code is not needed for the first screen; the bar loads it ahead, so that it is there when it is wanted. */
export function AlertDialogLater(properties: AlertDialogProps) {
  return (
    <Suspense fallback={null}>
      <Loaded {...properties} />
    </Suspense>
  );
}

/** What fails here is told when the dialog is opened. */
export function loadAlertDialog(): void {
  load().catch(() => undefined);
}
