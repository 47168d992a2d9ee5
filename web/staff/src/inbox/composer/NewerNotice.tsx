import { Button } from '@mantine/core';
import { timeText } from '../../time/words';
import type { NewerMessages } from '../ask';
import { useNameOf } from '../colleagues';
import classes from './Composer.module.css';

interface NewerNoticeProps {
  newer: NewerMessages;
  onSend: () => void;
  onWait: () => void;
}

/** Somebody wrote after what the author had seen: it is shown before anything goes out. */
export function NewerNotice({ newer, onSend, onWait }: NewerNoticeProps) {
  const nameOf = useNameOf();
  return (
    <div className={classes.conflict} role="alert">
      <p>
        <strong>Not sent yet.</strong> {cameMeanwhile(newer.messages.length)}
      </p>
      {newer.messages.slice(-5).map(({ id, senderId, senderRole, sentAt, content }) => (
        <blockquote key={id}>
          <strong>{senderRole === 'patient' ? 'Patient' : nameOf(senderId, senderRole)}</strong>, {timeText(sentAt)}: {content}
        </blockquote>
      ))}
      <Button size="compact-sm" onClick={onSend}>
        Send mine all the same
      </Button>
      <Button size="compact-sm" variant="default" onClick={onWait}>
        Change it first
      </Button>
    </div>
  );
}

/** What a colleague may still take back is not shown. */
function cameMeanwhile(count: number): string {
  if (count === 0) return 'A colleague is answering: that answer is here, or taken back, within seconds.';
  return `${count === 1 ? 'A message' : `${count} messages`} came while you were writing:`;
}
