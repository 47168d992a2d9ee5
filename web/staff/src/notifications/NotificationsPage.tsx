import { Button } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { IconBellCheck } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useAction } from '../ui/useAction';
import { ActionFailure } from '../ui/ActionFailure';
import { announce } from '../ui/announcements';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure, Nothing } from '../ui/Notice';
import { PageHeading } from '../ui/PageHeading';
import { notifications, useNotifications } from '../data/live/notificationList';
import { NotificationRow } from './NotificationRow';
import classes from './Notifications.module.css';

const route = getRouteApi('/signed-in/notifications');

export function NotificationsPage() {
  const { unread: onlyUnread = false } = route.useSearch();
  const { items, unread, unseen, status, error, hasOlder } = useNotifications();
  useEffect(() => {
    if (unseen > 0) notifications.seen().catch(() => undefined);
  }, [unseen]);
  const readAll = useAction<void, void>({
    run: () => notifications.readAll(),
    done: () => 'marked as read',
    about: () => 'your notifications',
    onSuccess: () => announce('All are marked as read'),
    thenHere: () => {},
  });
  const older = useAction<void, void>({
    run: () => notifications.loadOlder(),
    done: () => 'loaded',
    about: () => 'older notifications',
    onSuccess: () => {},
    thenHere: () => {},
  });
  const shown = onlyUnread ? items.filter(({ readAt }) => readAt === null) : items;
  return (
    <>
      <PageHeading title="Notifications" />
      <div className={classes.controls}>
        <Link
          to="/notifications"
          search={onlyUnread ? {} : { unread: true }}
          className={classes.filter}
          aria-current={onlyUnread || undefined}
        >
          Only unread{unread > 0 && ` (${unread})`}
        </Link>
        {unread > 0 && (
          <Button size="xs" variant="default" loading={readAll.isPending} onClick={() => readAll.mutate()}>
            Mark all as read
          </Button>
        )}
        <Link to="/preferences" className={classes.preferences}>
          How you are told
        </Link>
      </div>
      {readAll.error && <ActionFailure done="marked as read" error={readAll.error} />}
      {status === 'loading' && <LoadingRows label="Loading notifications" count={5} height={64} />}
      {status === 'failed' && <LoadFailure what="Notifications" error={error as Error} onRetry={() => void notifications.reload()} />}
      {status === 'ready' && shown.length === 0 && (
        <Nothing icon={<IconBellCheck size={32} aria-hidden="true" />}>
          {onlyUnread && items.length > 0
            ? 'You have read everything.'
            : 'You were told of nothing yet. Results and messages for you appear here.'}
        </Nothing>
      )}
      {shown.length > 0 && (
        <ul className={`${classes.list} ${classes.page}`} aria-label="Notifications">
          {shown.map((notification) => (
            <NotificationRow key={notification.id} notification={notification} />
          ))}
        </ul>
      )}
      {older.error && <ActionFailure done="loaded" error={older.error} />}
      {hasOlder && (
        <Button variant="default" className={classes.older ?? ''} loading={older.isPending} onClick={() => older.mutate()}>
          Show older notifications
        </Button>
      )}
    </>
  );
}
