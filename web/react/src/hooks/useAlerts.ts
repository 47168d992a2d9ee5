import type { NotificationList, NotificationListState, OpenAlerts, OpenAlertsState } from '@vagus/client';
import { useVagus } from '../provider/VagusProvider.js';
import { useStore } from './useStore.js';

/** The alerts that wait for the person, and what can be done with them. */
export function useCriticalAlerts(): OpenAlertsState & { readonly list: OpenAlerts } {
  const { alerts } = useVagus();
  return { ...useStore(alerts), list: alerts };
}

/** What the person is told. */
export function useNotifications(): NotificationListState & { readonly list: NotificationList } {
  const { notifications } = useVagus();
  return { ...useStore(notifications), list: notifications };
}
