import { UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { IconBell, IconFlag3, IconPointFilled } from '@tabler/icons-react';
import type { Notification } from '@vagus/client';
import { dateAndTime } from '../time/words';
import { notifications } from '../data/live/notificationList';
import { placeOf } from './notificationPlace';
import classes from './Notifications.module.css';

/** What somebody was told. Opening it makes it read; having it on the screen makes it seen. */
export function NotificationRow({ notification, onOpen }: { notification: Notification; onOpen?: () => void }) {
  const place = placeOf(notification);
  const isHigh = notification.priority !== 'normal';
  const content = (
    <>
      {isHigh ? <IconFlag3 size={18} aria-hidden="true" /> : <IconBell size={18} aria-hidden="true" />}
      <span className={classes.what}>
        <span className={classes.title}>
          {notification.readAt === null && (
            <span className={classes.unread}>
              <IconPointFilled size={14} aria-hidden="true" />
              Unread
            </span>
          )}
          <strong>{notification.title}</strong>
          {isHigh && <span className={classes.high}>Important</span>}
          {notification.tracked && !notification.doneAt && <span className={classes.high}>To do</span>}
        </span>
        <span>{notification.message}</span>
        <time dateTime={notification.createdAt}>{dateAndTime(notification.createdAt)}</time>
      </span>
    </>
  );

  function open(): void {
    // What is not counted as read now is unread the next time.
    notifications.read(notification.id).catch(() => undefined);
    onOpen?.();
  }

  return (
    <li data-unread={notification.readAt === null || undefined}>
      {place && 'threadId' in place && (
        <Link to="/inbox" search={{ thread: place.threadId }} preload={false} className={classes.row} onClick={open}>
          {content}
        </Link>
      )}
      {place && 'patientId' in place && (
        <Link
          to="/patients/$patientId"
          params={{ patientId: place.patientId }}
          search={place.search}
          // Opening a record is an access that is audited; pointing at a link is not.
          preload={false}
          className={classes.row}
          onClick={open}
        >
          {content}
        </Link>
      )}
      {!place && (
        <UnstyledButton className={classes.row} onClick={open}>
          {content}
        </UnstyledButton>
      )}
    </li>
  );
}
