import { Link } from '@tanstack/react-router';
import classes from './MainNavigation.module.css';
import { useOpenPlaces } from './places';

export function MainNavigation() {
  const places = useOpenPlaces();
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
