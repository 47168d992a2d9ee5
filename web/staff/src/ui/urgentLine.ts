import { Observable } from '../observable';

/** A critical alert that waits for the person, and the way to it. */
export interface UrgentLine {
  readonly id: string;
  readonly text: string;
  readonly open: () => void;
}

/** An open dialog covers the bar that says it, so it is said in the dialog too. */
export const urgentLine = new Observable<UrgentLine | null>(null);
