import { IconActivity, IconCalendar, IconUsers } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import classes from './MainNavigation.module.css';

const places = [
  { to: '/schedule', text: 'Schedule', Icon: IconCalendar },
  { to: '/patients', text: 'Patients', Icon: IconUsers },
  { to: '/feed', text: 'Live feed', Icon: IconActivity },
] as const;

export function MainNavigation() {
  return (
    <nav aria-label="Main" className={classes.navigation}>
      <ul className={classes.places}>
        {places.map(({ to, text, Icon }) => (
          <li key={to}>
            <Link to={to} className={classes.place} activeOptions={{ includeSearch: false }}>
              <Icon size={20} stroke={1.8} aria-hidden="true" />
              {text}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
