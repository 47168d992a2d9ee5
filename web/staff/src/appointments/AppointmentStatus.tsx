import classes from './AppointmentStatus.module.css';
import { statusLook } from './statusLooks';

/** Icon and word; the colour only repeats them. */
export function AppointmentStatus({ status }: { status: string }) {
  const { text, tone, Icon } = statusLook(status);
  return (
    <span className={classes.status} data-tone={tone}>
      <Icon size={14} stroke={2.2} aria-hidden="true" />
      <span data-status-text>{text}</span>
    </span>
  );
}
