import { Observable } from '../observable';

const quietMs = 3_000;
const firstMs = 150;

let waiting: string[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;
let lastSpoken = 0;
let urgentWaiting: string[] = [];
let urgentTimer: ReturnType<typeof setTimeout> | undefined;

/** What the live region says now. */
export const announcement = new Observable('');

/** What the assertive live region says now. It interrupts whatever is being read. */
export const urgentAnnouncement = new Observable('');

/** Says something critical at once: for what somebody may come to harm by, and for nothing else. */
export function announceUrgently(sentence: string): void {
  // Two at the same moment are one text: the second would take the place of the first.
  urgentWaiting.push(sentence);
  urgentTimer ??= setTimeout(() => {
    urgentTimer = undefined;
    say(urgentAnnouncement, urgentWaiting.join('. '));
    urgentWaiting = [];
  }, firstMs);
}

/** Says something to people who use a screen reader: politely, together, and at most every three seconds. */
export function announce(sentence: string): void {
  waiting.push(sentence);
  if (timer !== undefined) return;
  timer = setTimeout(speak, Math.max(firstMs, lastSpoken + quietMs - Date.now()));
}

/** What was said of one person's patients is neither shown nor said to the next. */
export function forgetAnnouncements(): void {
  clearTimeout(timer);
  clearTimeout(urgentTimer);
  timer = urgentTimer = undefined;
  waiting = [];
  urgentWaiting = [];
  announcement.set('');
  urgentAnnouncement.set('');
}

function speak(): void {
  timer = undefined;
  lastSpoken = Date.now();
  say(announcement, waiting.length > 3 ? `${waiting.length} updates. The last: ${waiting.at(-1)}` : waiting.join('. '));
  waiting = [];
}

/** A region that does not change is not read: the same words again have a space at their end that is not heard. */
function say(region: Observable<string>, text: string): void {
  region.set(region.value === text ? `${text}\u00a0` : text);
}
