const duties = new Set<() => void>();

/** What a part of the app keeps of one person is forgotten when the person leaves. It registers once, when it is loaded. */
export function whenPersonLeaves(forget: () => void): void {
  duties.add(forget);
}

export function forgetPerson(): void {
  for (const forget of duties) forget();
}
