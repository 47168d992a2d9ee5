import { useEffect, useRef, type RefObject } from 'react';

/** The value of the last rendering, for handlers that are called later: they need not be the same function each time. */
export function useLatest<Value>(value: Value): RefObject<Value> {
  const latest = useRef(value);
  useEffect(() => {
    latest.current = value;
  });
  return latest;
}
