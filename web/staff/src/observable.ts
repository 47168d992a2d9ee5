import type { Observable } from '@vagus/client';
import { useSyncExternalStore } from 'react';

export { Observable } from '@vagus/client';

export function useObservable<T>(observable: Observable<T>): T {
  return useSyncExternalStore(observable.watch, () => observable.value);
}
