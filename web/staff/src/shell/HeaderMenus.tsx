import { Suspense } from 'react';
import classes from './HeaderMenus.module.css';
import { NotificationBell, UserMenu } from './pages';

/** What opens out of the header. The first screen does not need the code that places it: it follows at once, and its room is kept. */
export function HeaderMenus() {
  return (
    <Suspense fallback={<span className={classes.room} />}>
      <NotificationBell />
      <UserMenu />
    </Suspense>
  );
}
