import { lazy, Suspense } from 'react';
import classes from './HeaderMenus.module.css';

const UserMenu = lazy(() => import('./UserMenu').then((file) => ({ default: file.UserMenu })));

/** What opens out of the header. The first screen does not need the code that places it: it follows at once, and its room is kept. */
export function HeaderMenus() {
  return (
    <Suspense fallback={<span className={classes.room} />}>
      <UserMenu />
    </Suspense>
  );
}
