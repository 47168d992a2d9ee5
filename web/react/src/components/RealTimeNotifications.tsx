import type { Notification, NotificationListState } from '@vagus/client';
import { useEffect, useId, type ReactElement } from 'react';
import { useNotifications } from '../hooks/useAlerts.js';
import { usePopup } from './usePopup.js';

export interface RealTimeNotificationsProps {
  /** Goes where the notification leads (`action.url`). */
  readonly onOpen?: (notification: Notification) => void;
}

/** A bell with the number of what is new, and the list behind it. */
export function RealTimeNotifications({ onOpen }: RealTimeNotificationsProps): ReactElement {
  const { list, ...state } = useNotifications();
  const { isOpen, side, toggle, close, frame, button } = usePopup();
  const id = useId();
  const { unseen, unread, items } = state;

  useEffect(() => {
    // A failure is told at the next time: nothing but the badge depends on it.
    if (isOpen && unseen > 0) list.seen().catch(() => undefined);
  }, [isOpen, unseen, list]);

  function open(notification: Notification): void {
    close();
    list.read(notification.id).catch(() => undefined);
    onOpen?.(notification);
  }

  return (
    <div className="vagus-notifications" ref={frame}>
      <button ref={button} type="button" className="vagus-button" aria-expanded={isOpen} aria-controls={id} onClick={toggle}>
        <svg className="vagus-icon" viewBox="0 0 24 24" aria-hidden="true">
          <path d="M12 3a6 6 0 0 0-6 6v4l-2 4h16l-2-4V9a6 6 0 0 0-6-6zM10 20h4" />
        </svg>
        <span className="vagus-hidden">{unseen === 0 ? 'Notifications' : `Notifications, ${unseen} new`}</span>
        {unseen > 0 && (
          <span className="vagus-badge" aria-hidden="true">
            {unseen > 99 ? '99+' : unseen}
          </span>
        )}
      </button>
      <section id={id} className="vagus-popup" data-side={side} aria-label="Notifications" hidden={!isOpen}>
        {unread > 0 && (
          <button type="button" className="vagus-button" onClick={() => void list.readAll().catch(() => undefined)}>
            Mark all as read
          </button>
        )}
        <Explanation {...state} />
        <ul className="vagus-list">
          {items.map((notification) => (
            <li key={notification.id} data-unread={notification.readAt === null || undefined}>
              <button type="button" className="vagus-row" onClick={() => open(notification)}>
                <strong>{notification.title}</strong>
                <span>{notification.message}</span>
                {notification.readAt === null && <span className="vagus-hidden">Not read</span>}
              </button>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

function Explanation({ status, items }: NotificationListState): ReactElement | null {
  if (status === 'loading') return <p>Loading notifications…</p>;
  if (status === 'failed') return <p>Notifications could not be loaded. New ones still come.</p>;
  return items.length === 0 ? <p>Nothing new. Results and messages for you appear here.</p> : null;
}
