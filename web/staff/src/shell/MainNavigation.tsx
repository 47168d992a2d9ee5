import { Link } from '@tanstack/react-router';
import { useUnread } from '../data/live/unreadThreads';
import classes from './MainNavigation.module.css';
import { useOpenPlaces } from './places';

export function MainNavigation() {
  const places = useOpenPlaces();
  const { count } = useUnread();
  return (
    <nav aria-label="Main" className={classes.navigation}>
      <ul className={classes.places}>
        {places.map(({ to, text, Icon }) => (
          <li key={to}>
            <Link to={to} className={classes.place} activeOptions={{ includeSearch: false }}>
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
      </ul>
    </nav>
  );
}
