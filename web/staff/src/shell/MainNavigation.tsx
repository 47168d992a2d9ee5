import { Link } from '@tanstack/react-router';
import { IconDots } from '@tabler/icons-react';
import { useState } from 'react';
import { useUnread } from '../data/live/unreadThreads';
import classes from './MainNavigation.module.css';
import { useOpenPlaces } from './places';

export function MainNavigation() {
  const places = useOpenPlaces();
  const { count } = useUnread();
  const [all, setAll] = useState(false);
  return (
    <nav aria-label="Main" className={classes.navigation} data-all={all || undefined} data-many={places.length > atOnce || undefined}>
      <ul className={classes.places}>
        {places.map(({ to, text, Icon }) => (
          <li key={to}>
            <Link to={to} className={classes.place} activeOptions={{ includeSearch: false }} onClick={() => setAll(false)}>
              <Icon size={20} stroke={1.8} aria-hidden="true" />
              {text}
              {to === '/inbox' && (count ?? 0) > 0 && (
                <span className={classes.count}>
                  {count}
                  <span className={classes.said}> unread</span>
                </span>
              )}
            </Link>
          </li>
        ))}
        <li className={classes.moreItem}>
          <button type="button" className={classes.place} aria-expanded={all} onClick={() => setAll(!all)}>
            <IconDots size={20} stroke={1.8} aria-hidden="true" />
            More
          </button>
        </li>
      </ul>
    </nav>
  );
}

/** So many places fit side by side on a phone; where there are more, the fifth is what opens the rest. */
const atOnce = 5;
