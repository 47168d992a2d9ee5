import type { UnreadState } from '@vagus/client';
import { useVagus } from '../provider/VagusProvider.js';
import { useStore } from './useStore.js';

/** How many threads have something that the person has not read; null until it is known. One count for all components. */
export function useUnreadCount(): UnreadState {
  return useStore(useVagus().unread);
}
