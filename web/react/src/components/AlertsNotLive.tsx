import { useEffect, useState, type ReactElement } from 'react';
import { useConnection } from '../hooks/useConnection.js';
import { useTimes } from '../provider/VagusProvider.js';

/** The first attempt is no interruption yet. */
const patienceMs = 5_000;

/** Says that critical alerts do not come live, and since when: no alert on the screen then does not mean that there is none. */
export function AlertsNotLive({ failed, onReload }: { readonly failed: boolean; readonly onReload: () => void }): ReactElement {
  const lostAt = useLostAt();
  const times = useTimes();
  return (
    <div className="vagus-alert-frame" role="status">
      {(lostAt !== null || failed) && (
        <p className="vagus-alert-late">
          <span className="vagus-alert-text">
            {lostAt === null
              ? 'Critical alerts could not be loaded. New ones still come.'
              : `The connection is lost since ${times.time(lostAt)}. New critical alerts may not reach this page.`}
            {lostAt !== null && failed && ' They could not be loaded either.'}
          </span>
          <button type="button" className="vagus-button" onClick={onReload}>
            Load now
          </button>
        </p>
      )}
    </div>
  );
}

/** When the line was left, through all that it tries since; null while it is live. */
function useLostAt(): number | null {
  const { status, since } = useConnection();
  const [lostAt, setLostAt] = useState<number | null>(null);
  const [waits, setWaits] = useState(false);
  const isDown = status !== 'live' && status !== 'idle' && (status !== 'connecting' || waits);
  if (isDown && lostAt === null) setLostAt(since);
  if (!isDown && lostAt !== null && status === 'live') setLostAt(null);
  useEffect(() => {
    if (status !== 'connecting') return;
    const timer = setTimeout(() => setWaits(true), patienceMs);
    return () => {
      clearTimeout(timer);
      setWaits(false);
    };
  }, [status]);
  return lostAt;
}
