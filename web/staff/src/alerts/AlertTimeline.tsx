import type { Alert } from '@vagus/client';
import { useId } from 'react';
import { dateAndTime } from '../time/words';
import classes from './AlertDialog.module.css';
import { deliveryText, stepText } from './alertWords';

type NameOf = (id: string | null | undefined) => string;

/** Everybody who was told, by which way and when, and what they did: the oldest first. */
export function AlertTimeline({ alert, nameOf }: { alert: Alert; nameOf: NameOf }) {
  const heading = useId();
  const lines = [
    ...(alert.timeline ?? []).map((step) => ({ at: step.at, text: stepText(step, nameOf), note: step.note })),
    ...(alert.deliveries ?? []).map((delivery) => ({ at: delivery.at, text: deliveryText(delivery, nameOf), note: null })),
  ].sort((one, other) => one.at.localeCompare(other.at));
  if (lines.length === 0) return null;
  return (
    <section aria-labelledby={heading} className={classes.timeline}>
      <h3 id={heading}>What happened so far</h3>
      <ol>
        {lines.map(({ at, text, note }, index) => (
          <li key={index}>
            <time dateTime={at}>{dateAndTime(at)}</time>
            <span>
              {text}
              {note && <q className={classes.note}>{note}</q>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
