import { Observable } from '../observable';

const quietMs = 3_000;
const firstMs = 150;

let waiting: string[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;
let lastSpoken = 0;

/** What the live region says now. */
export const announcement = new Observable('');

/** Says something to people who use a screen reader: politely, together, and at most every three seconds. */
export function announce(sentence: string): void {
  waiting.push(sentence);
  if (timer !== undefined) return;
  timer = setTimeout(speak, Math.max(firstMs, lastSpoken + quietMs - Date.now()));
}

function speak(): void {
  timer = undefined;
  lastSpoken = Date.now();
  announcement.set(waiting.length > 3 ? `${waiting.length} updates. The last: ${waiting.at(-1)}` : waiting.join('. '));
  waiting = [];
}
