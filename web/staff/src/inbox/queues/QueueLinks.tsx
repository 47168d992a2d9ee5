import { Link } from '@tanstack/react-router';
import { useUnread } from '../../data/live/unreadThreads';
import classes from './QueueLinks.module.css';
import { queueOf, queues, type InboxSearch } from './queues';

export function QueueLinks({ search }: { search: InboxSearch }) {
  const { count } = useUnread();
  const current = queueOf(search.queue).key;
  return (
    <nav className={classes.queues} aria-label="Queues">
      <ul>
        {queues.map(({ key, text }) => (
          <li key={key}>
            <Link to="/inbox" search={searchOf(key)} className={classes.queue} data-current={key === current || undefined}
              aria-current={key === current ? 'page' : undefined}>
              <span>{text}</span>
              {key === 'unread' && (count ?? 0) > 0 && <span className={classes.count}>{count}</span>}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Where the column of queues has no room. */
export function QueueSelect({ search, onChange }: { search: InboxSearch; onChange: (search: InboxSearch) => void }) {
  return (
    <label className={classes.folded}>
      <span>Queue</span>
      <select value={queueOf(search.queue).key} onChange={(event) => onChange(searchOf(event.currentTarget.value as typeof keys[number]))}>
        {queues.map(({ key, text }) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

const keys = queues.map(({ key }) => key);

function searchOf(key: (typeof keys)[number]): InboxSearch {
  return key === queues[0]!.key ? {} : { queue: key };
}
