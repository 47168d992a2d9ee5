import { Link } from '@tanstack/react-router';
import {
  IconAlertTriangle,
  IconCalendar,
  IconFlask,
  IconMessage,
  IconPill,
  IconReceipt,
  IconUser,
} from '@tabler/icons-react';
import { timeWithSeconds } from '../time/words';
import type { FeedKind } from './feedKinds';
import type { FeedItem } from './feedStore';
import classes from './LiveFeedPage.module.css';

const icons: Record<FeedKind, typeof IconUser> = {
  appointments: IconCalendar,
  patients: IconUser,
  results: IconFlask,
  medication: IconPill,
  billing: IconReceipt,
  messages: IconMessage,
};

export function FeedRow({ item }: { item: FeedItem }) {
  const Icon = item.weight === 'critical' ? IconAlertTriangle : icons[item.kind];
  return (
    <li className={classes.row} data-weight={item.weight}>
      <time className={classes.time} dateTime={item.occurredAt}>
        {timeWithSeconds(item.occurredAt)}
      </time>
      <span className={classes.icon}>
        <Icon size={18} aria-hidden="true" />
      </span>
      <span className={classes.text}>
        {item.weight === 'critical' && <span className={classes.critical}>Critical. </span>}
        {item.text}
      </span>
      {item.patientId && (
        <Link to="/patients/$patientId" params={{ patientId: item.patientId }} className={classes.open} preload={false}>
          Open patient
        </Link>
      )}
    </li>
  );
}
