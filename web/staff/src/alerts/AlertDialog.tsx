import { Alert as Notice, Button } from '@mantine/core';
import { IconAlertTriangleFilled, IconArrowsExchange, IconCircleCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { showsOtherValue, type Alert } from '@vagus/client';
import { useEffect, useState } from 'react';
import { useNames } from '../data/care/colleagues';
import { useSignedInUser } from '../data/session/useSession';
import { announce } from '../ui/announcements';
import { Dialog } from '../ui/Dialog';
import { NotSent } from '../ui/NotSent';
import { AcknowledgeForm } from './AcknowledgeForm';
import classes from './AlertDialog.module.css';
import type { AlertAnswer } from './answerAlert';
import { AlertFacts } from './AlertFacts';
import { AlertTimeline } from './AlertTimeline';
import { lostRaceText } from './alertWords';
import { CallForm } from './CallForm';
import { DelegateForm } from './DelegateForm';
import { isWaiting } from './openAlerts';
import { ResolveForm } from './ResolveForm';
import { useOpenAlerts } from './useAlerts';
import { useAnswer } from './useAnswer';

export interface AlertDialogProps {
  /** As it was when the dialog was opened; it stays on screen when a colleague settles it meanwhile. */
  alert: Alert;
  onClose: () => void;
}

type Way = 'answer' | 'delegate' | 'call';

/** One alert: what it is about, what this person can do about it, and its way so far. It follows the alert while it is open. */
export function AlertDialog({ alert: opened, onClose }: AlertDialogProps) {
  const user = useSignedInUser();
  const { alerts, isLoaded } = useOpenAlerts();
  const names = useNames(true);
  const [way, setWay] = useState<Way>('answer');
  const [alert, setAlert] = useState(opened);
  // What the person has read; a corrected value is another one.
  const [read, setRead] = useState(opened);
  const current = alerts.find(({ id }) => id === opened.id);
  if (current && current !== alert) setAlert(current);
  const isSettled = opened.state === 'resolved' || (isLoaded && !current);
  const chartOf = alert.patientId;
  const isMine = alert.owner?.userId === user?.id;
  const nameOf = nameGiver(names, alerts, alert, user?.id);
  const isCorrected = showsOtherValue(alert, read);
  // What is told live does not name its record, which is known once the alert is loaded.
  if (!isCorrected && alert.resource && !read.resource) setRead(alert);
  const answering = useAnswer(alert, read, (answered, answer) => {
    announce(saidAfter(answered, answer));
    if (answer.kind === 'resolve' || answer.kind === 'delegate') onClose();
    else setWay('answer');
  });
  const isAsked = !isSettled && way === 'answer' && !isCorrected;
  const isTaken = isWaiting(opened) && alert.state === 'acknowledged' && !isMine && !isSettled;
  const taken = isTaken ? lostRaceText(alert, nameOf) : null;
  // The form under the hand has lost its sense: that is said.
  useEffect(() => {
    if (taken !== null) announce(taken);
  }, [taken]);

  function goOn(): void {
    // The refusal was of the value before.
    if (answering.isError) answering.reset();
    setRead(alert);
  }

  return (
    <Dialog title="Critical alert" opened onClose={onClose} holdsInput alertId={opened.id}>
      <div className={classes.content}>
        <AlertFacts alert={alert} isMine={isMine} isSettled={isSettled} />
        {taken && (
          <Notice color="blue" icon={<IconArrowsExchange aria-hidden="true" />} role="status">
            {taken}
          </Notice>
        )}
        {isSettled && (
          <p className={classes.settled}>
            <IconCircleCheck size={18} aria-hidden="true" /> This alert is settled.
          </p>
        )}
        {isSettled && !answering.isPending && !answering.isSuccess && (
          <NotSent form={`resolve ${alert.id}`} why="It was settled before you recorded what was done." />
        )}
        {!isSettled && isCorrected && <Corrected message={alert.message} onRead={goOn} />}
        {isAsked && isWaiting(alert) && <AcknowledgeForm alert={alert} isMine={isMine} answering={answering} />}
        {isAsked && alert.state === 'acknowledged' && isMine && <ResolveForm alert={alert} answering={answering} />}
        {!isSettled && way === 'delegate' && <DelegateForm alert={alert} answering={answering} onBack={() => setWay('answer')} />}
        {!isSettled && way === 'call' && !isCorrected && <CallForm alert={alert} answering={answering} onBack={() => setWay('answer')} />}
        {way === 'answer' && (
          <div className={classes.others}>
            {!isSettled && (
              <Button variant="default" onClick={() => setWay('delegate')}>
                Hand to a colleague…
              </Button>
            )}
            {!isSettled && alert.phoneTask && isWaiting(alert) && (
              <Button variant="default" onClick={() => setWay('call')}>
                Record a telephone call…
              </Button>
            )}
            {chartOf && (
              <Button variant="default" onClick={onClose} renderRoot={(properties) => <ChartLink {...properties} patientId={chartOf} />}>
                Open chart
              </Button>
            )}
          </div>
        )}
        <AlertTimeline alert={alert} nameOf={nameOf} />
      </div>
    </Dialog>
  );
}

/** The answer is asked for again: what was typed belongs to the value before. */
function Corrected({ message, onRead }: { message: string; onRead: () => void }) {
  return (
    <Notice color="red" icon={<IconAlertTriangleFilled aria-hidden="true" />} role="alert">
      <p>
        The value changed: <strong>{message.replace(/^CRITICAL: /, '')}</strong>. Nothing of yours was recorded.
      </p>
      <Button size="compact-sm" onClick={onRead}>
        Go on with this value
      </Button>
    </Notice>
  );
}

function saidAfter({ owner }: Alert, { kind }: AlertAnswer): string {
  const said = {
    acknowledge: 'Acknowledged. Record what was done.',
    resolve: 'Recorded. The alert is settled.',
    delegate: `Handed to ${owner?.name ?? 'the colleague'}.`,
    calls: 'The call is recorded.',
  };
  return said[kind];
}

/** Opening a record is an access that is audited; pointing at a link is not. */
function ChartLink({ patientId, ...properties }: { patientId: string } & Record<string, unknown>) {
  return <Link {...properties} to="/patients/$patientId" params={{ patientId }} preload={false} />;
}

/** The names of owners stand in the alerts; others are those of colleagues. */
function nameGiver(names: ReadonlyMap<string, string>, alerts: readonly Alert[], alert: Alert, userId: string | undefined) {
  const owners = new Map([...alerts, alert].flatMap(({ owner }) => (owner?.name ? [[owner.userId, owner.name] as const] : [])));
  return (id: string | null | undefined): string => {
    if (!id) return 'the system';
    return id === userId ? 'you' : (owners.get(id) ?? names.get(id) ?? 'a colleague');
  };
}
