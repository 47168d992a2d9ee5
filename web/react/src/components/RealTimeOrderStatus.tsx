import type { FhirResource } from '@vagus/client';
import type { ReactElement } from 'react';
import { useLiveSearch } from '../hooks/useLiveSearch.js';
import { UpdateHighlight } from './UpdateHighlight.js';

export interface RealTimeOrderStatusProps {
  readonly orderId: string;
  readonly resourceType?: 'ServiceRequest' | 'MedicationRequest' | 'Task' | 'DeviceRequest' | 'NutritionOrder';
}

/** The states of orders in FHIR R4, in words. */
const words: Readonly<Record<string, string>> = {
  'draft': 'Draft',
  'requested': 'Requested',
  'received': 'Received',
  'accepted': 'Accepted',
  'rejected': 'Rejected',
  'ready': 'Ready',
  'in-progress': 'In progress',
  'active': 'Ordered',
  'on-hold': 'On hold',
  'revoked': 'Cancelled',
  'cancelled': 'Cancelled',
  'stopped': 'Stopped',
  'failed': 'Failed',
  'completed': 'Completed',
  'entered-in-error': 'Entered in error',
  'unknown': 'Unknown',
};

/** The state of one order as it is now. It is the server's open search that keeps it so. */
export function RealTimeOrderStatus({ orderId, resourceType = 'ServiceRequest' }: RealTimeOrderStatusProps): ReactElement {
  const { resources, status, live, error } = useLiveSearch(`${resourceType}?_id=${encodeURIComponent(orderId)}`);
  const order = resources[0];
  return (
    <span className="vagus-order" role="status" data-live={live || undefined}>
      <UpdateHighlight as="span" updateKey={order?.meta?.versionId}>
        {order ? wordOf(order) : explain(status, error?.code)}
        {order && !live && <span className="vagus-muted"> (not current)</span>}
      </UpdateHighlight>
    </span>
  );
}

function wordOf(order: FhirResource): string {
  const status = typeof order['status'] === 'string' ? order['status'] : 'unknown';
  return words[status] ?? status;
}

function explain(status: string, code: string | undefined): string {
  if (status === 'refused') return `The order cannot be followed (${code ?? 'refused'})`;
  return status === 'live' ? 'No such order' : 'Loading…';
}
