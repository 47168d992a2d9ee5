import { IconAlertOctagonFilled, IconArrowDown, IconArrowUp, IconPointFilled } from '@tabler/icons-react';
import classes from './ResultFlag.module.css';

const flags: Record<string, { text: string; tone: 'critical' | 'abnormal'; Icon: typeof IconArrowUp }> = {
  HH: { text: 'Critical high', tone: 'critical', Icon: IconAlertOctagonFilled },
  LL: { text: 'Critical low', tone: 'critical', Icon: IconAlertOctagonFilled },
  AA: { text: 'Critical', tone: 'critical', Icon: IconAlertOctagonFilled },
  H: { text: 'High', tone: 'abnormal', Icon: IconArrowUp },
  L: { text: 'Low', tone: 'abnormal', Icon: IconArrowDown },
  HU: { text: 'Very high', tone: 'abnormal', Icon: IconArrowUp },
  LU: { text: 'Very low', tone: 'abnormal', Icon: IconArrowDown },
  'H>': { text: 'Very high', tone: 'abnormal', Icon: IconArrowUp },
  'L<': { text: 'Very low', tone: 'abnormal', Icon: IconArrowDown },
  A: { text: 'Abnormal', tone: 'abnormal', Icon: IconPointFilled },
  POS: { text: 'Positive', tone: 'abnormal', Icon: IconPointFilled },
};

/** What the laboratory said about the value; nothing when it is normal. Never colour alone. */
export function ResultFlag({ code }: { code: string | null }) {
  const flag = flags[code ?? ''];
  if (!flag) return null;
  return (
    <span className={classes.flag} data-tone={flag.tone}>
      <flag.Icon size={14} aria-hidden="true" />
      {flag.text}
    </span>
  );
}
