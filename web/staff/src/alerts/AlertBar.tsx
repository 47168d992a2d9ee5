import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { IconAlertTriangleFilled, IconClockExclamation, IconUsers } from '@tabler/icons-react';
import type { Alert } from '@vagus/client';
import { useEffect, useRef, useState } from 'react';
import { useEventsLate } from '../data/live/useConnection';
import { useSignedInUser } from '../data/session/useSession';
import { asServerTime } from '../time/serverTime';
import { timeWithSeconds } from '../time/words';
import { announceUrgently } from '../ui/announcements';
import { urgentLine } from '../ui/urgentLine';
import { AlertClock } from './AlertClock';
import { AlertDialogLater, loadAlertDialog } from './AlertDialogLater';
import classes from './AlertBar.module.css';
import { alertLine, clockText } from './alertWords';
import { barAlerts } from './barAlerts';
import { useFollowedAlerts, useMayAnswerAlerts, useOpenAlerts } from './useAlerts';

/** What is critical, on every page, until somebody takes it. It covers nothing, and is not there while there is nothing to say. */
export function AlertBar() {
  useFollowedAlerts();
  const user = useSignedInUser();
  const { alerts, error, loadedAt, reload } = useOpenAlerts();
  const mayAnswer = useMayAnswerAlerts();
  const { first, kind, more, mine } = barAlerts(alerts, user?.id ?? '');
  const [opened, setOpened] = useState<Alert | null>(null);
  useSaidOnce(mine);
  useEffect(() => {
    urgentLine.set(first && kind === 'mine' ? { id: first.id, text: alertLine(first), open: () => setOpened(first) } : null);
  }, [first, kind]);
  useEffect(() => () => urgentLine.set(null), []);
  useEffect(loadAlertDialog, []);
  return (
    <section aria-label="Critical alerts">
      {first && (
        <div className={classes.bar} data-kind={kind}>
          <AlertIcon kind={kind} />
          <span className={classes.text}>
            <strong>{kind === 'act' ? 'No action recorded' : 'Critical'}</strong>
            <span className={classes.line}>{alertLine(first)}</span>
            <span>{kind === 'team' ? ownerText(first) : 'yours'}</span>
            <AlertClock dueAt={first.dueAt} />
          </span>
          <span className={classes.ways}>
            <Button size="compact-sm" variant="white" className={classes.button ?? ''} onClick={() => setOpened(first)}>
              {kind === 'act' ? 'Record action…' : kind === 'mine' ? 'Acknowledge…' : 'Open alert'}
            </Button>
            {more > 0 && (
              <Link to="/alerts" className={classes.more}>
                +{more} more<span className={classes.hidden}> critical alerts</span>
              </Link>
            )}
          </span>
        </div>
      )}
      {mayAnswer && <Freshness loadedAt={loadedAt} failed={error !== null} onReload={reload} />}
      {opened && <AlertDialogLater key={opened.id} alert={opened} onClose={() => setOpened(null)} />}
    </section>
  );
}

function AlertIcon({ kind }: { kind: string }) {
  return kind === 'team' ? <IconUsers size={18} aria-hidden="true" /> : <IconAlertTriangleFilled size={18} aria-hidden="true" />;
}

function ownerText({ owner }: Alert): string {
  return owner ? `for ${owner.name || 'a colleague'}` : 'nobody has it';
}

/** How old the knowledge about alerts is, as soon as they do not come live. */
function Freshness({ loadedAt, failed, onReload }: { loadedAt: number; failed: boolean; onReload: () => void }) {
  const isLate = useEventsLate();
  if (!isLate && !failed) return null;
  const last = loadedAt > 0 ? `Last loaded at ${timeWithSeconds(new Date(loadedAt).toISOString())}.` : 'None were loaded so far.';
  return (
    <div className={classes.late}>
      <IconClockExclamation size={16} aria-hidden="true" />
      <span className={classes.text}>
        {isLate
          ? `New critical alerts may come late: the live connection is interrupted, and they are loaded every 30 seconds. ${last}`
          : `Critical alerts could not be loaded. New ones still come live. ${last}`}
      </span>
      <Button size="compact-sm" variant="default" onClick={onReload}>
        Load now
      </Button>
    </div>
  );
}

/** Each is spoken once when it comes to this person, and again when it comes again. */
function useSaidOnce(mine: readonly Alert[]): void {
  const said = useRef(new Set<string>());
  useEffect(() => {
    for (const alert of mine) {
      const coming = `${alert.id} ${alert.level} ${alert.dueAt}`;
      if (said.current.has(coming)) continue;
      said.current.add(coming);
      announceUrgently(`Critical alert for you: ${alertLine(alert)}, ${clockText(alert.dueAt, asServerTime(Date.now()))}`);
    }
  }, [mine]);
}
