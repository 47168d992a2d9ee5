import { ActionIcon, Button, Popover } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { IconBell } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { notifications, useFreshNotifications, useNotifications } from '../data/live/notificationList';
import { NotificationRow } from './NotificationRow';
import classes from './Notifications.module.css';

const shownAtMost = 8;

/** The bell counts what was not on the screen yet; its list holds what is new. */
export function NotificationBell() {
  useFreshNotifications();
  const { items, unseen, unread, status } = useNotifications();
  const [isOpen, setOpen] = useState(false);
  const isAllShown = unseen <= Math.min(shownAtMost, items.length);
  useEffect(() => {
    // What is marked goes from the newest down to the last that was not seen: where some are below what is shown here, the page of all
    // marks them. The badge is told again with the next answer; nothing else depends on it.
    if (isOpen && isAllShown && unseen > 0) notifications.seen().catch(() => undefined);
  }, [isOpen, isAllShown, unseen]);
  const name = unseen === 0 ? 'Notifications' : `Notifications, ${unseen} new`;
  return (
    <Popover
      opened={isOpen}
      onChange={setOpen}
      position="bottom-end"
      // On a phone it is as wide as the screen: what it covers it covers wholly.
      width="min(24rem, 100vw)"
      middlewares={{ shift: { padding: 0 } }}
      withinPortal={false}
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          size={36}
          color="gray"
          className={classes.bell ?? ''}
          aria-label={name}
          onClick={() => setOpen(!isOpen)}
        >
          <IconBell size={20} aria-hidden="true" />
          {unseen > 0 && (
            <span className={classes.badge} aria-hidden="true">
              {unseen > 99 ? '99+' : unseen}
            </span>
          )}
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown className={classes.panel ?? ''} aria-label="Notifications">
        <div className={classes.head}>
          <strong>Notifications</strong>
          {unread > 0 && (
            <Button size="compact-xs" variant="subtle" onClick={() => notifications.readAll().catch(() => undefined)}>
              Mark all read
            </Button>
          )}
        </div>
        {status === 'failed' && <p className={classes.none}>They could not be loaded. New ones still come live.</p>}
        {status === 'ready' && items.length === 0 && <p className={classes.none}>You were told of nothing yet.</p>}
        {items.length > 0 && (
          <ul className={classes.list} aria-label="Latest notifications">
            {items.slice(0, shownAtMost).map((notification) => (
              <NotificationRow key={notification.id} notification={notification} onOpen={() => setOpen(false)} />
            ))}
          </ul>
        )}
        <Link to="/notifications" className={classes.all} onClick={() => setOpen(false)}>
          All notifications
        </Link>
      </Popover.Dropdown>
    </Popover>
  );
}
