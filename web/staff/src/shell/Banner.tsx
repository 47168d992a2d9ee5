import type { ReactNode } from 'react';
import classes from './Banners.module.css';

interface BannerProps {
  icon: ReactNode;
  action?: ReactNode;
  urgent?: boolean;
  children: ReactNode;
}

/** One fact about the whole page. */
export function Banner({ icon, action, urgent = false, children }: BannerProps) {
  return (
    <div className={classes.banner} data-urgent={urgent || undefined} role={urgent ? 'alert' : 'status'}>
      {icon}
      <span className={classes.text}>{children}</span>
      {action}
    </div>
  );
}
