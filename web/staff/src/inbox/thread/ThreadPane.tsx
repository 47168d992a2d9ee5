import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { IconMessages } from '@tabler/icons-react';
import { useState } from 'react';
import { LoadingRows } from '../../ui/LoadingRows';
import { LoadFailure, Nothing } from '../../ui/Notice';
import { Problem } from '@vagus/client';
import type { Thread } from '../messages';
import { Composer } from '../composer/Composer';
import { PatientPanel } from '../patient/PatientPanel';
import { refusedOf } from '../queues/ThreadList';
import { EntryLog } from './EntryLog';
import { HeldMessages } from './HeldMessages';
import { threadQuery } from './openThread';
import { ThreadHeader } from './ThreadHeader';
import classes from './ThreadPane.module.css';
import { useSeen } from './useSeen';
import { WaitingMessages } from './WaitingMessages';

interface ThreadPaneProps {
  threadId: string;
  now: number;
  onAssign: (thread: Thread) => void;
  onBack: () => void;
}

export function ThreadPane({ threadId, now, onAssign, onBack }: ThreadPaneProps) {
  const queries = useQueryClient();
  const [withPatient, setWithPatient] = useState(false);
  const { data, error, refetch } = useQuery(threadQuery(queries, threadId));
  const seen = useSeen(threadId, data);
  if (!data) {
    return (
      <section className={classes.pane} aria-label="Thread">
        <Button variant="subtle" size="compact-sm" className={classes.back ?? ''} onClick={onBack}>
          Back to the list
        </Button>
        <div className={classes.state}>
          {!error && <LoadingRows label="Loading the thread" count={4} height={84} />}
          {error instanceof Problem && error.status === 404 && (
            <Nothing icon={<IconMessages size={32} aria-hidden="true" />}>There is no such thread, or it is not open to you.</Nothing>
          )}
          {error && !(error instanceof Problem && error.status === 404) && (
            <LoadFailure what="The thread" error={refusedOf(error)} onRetry={() => void refetch()} />
          )}
        </div>
      </section>
    );
  }
  const { thread } = data;
  return (
    <>
      <section className={classes.pane} aria-label="Thread">
        <ThreadHeader
          thread={thread}
          now={now}
          onAssign={() => onAssign(thread)}
          onBack={onBack}
          onPatient={thread.patient ? () => setWithPatient(!withPatient) : null}
          isPatientShown={withPatient}
        />
        <EntryLog open={data} observe={seen.observe} newSince={seen.newSince} />
        <HeldMessages threadId={threadId} />
        <WaitingMessages threadId={threadId} />
        <Composer thread={thread} lastSeen={seen.lastSeen} />
      </section>
      {thread.patient && <PatientPanel thread={thread} isShown={withPatient} onClose={() => setWithPatient(false)} />}
    </>
  );
}

export function NoThread() {
  return (
    <section className={`${classes.pane} ${classes.none}`} aria-label="Thread">
      <Nothing icon={<IconMessages size={32} aria-hidden="true" />}>
        Choose a thread to read it. Press <kbd>j</kbd> and <kbd>k</kbd> to move, <kbd>Enter</kbd> to open, <kbd>?</kbd> for all keys.
      </Nothing>
    </section>
  );
}
