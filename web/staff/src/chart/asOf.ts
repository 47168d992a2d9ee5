const dayMs = 24 * 60 * 60_000;

/** The value of a field for date and time, in this browser's zone. */
export function fieldOf(instant: string): string {
  const at = new Date(instant);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The instant of such a field; null where it is none, or not over yet. */
export function instantOfField(field: string, now: Date): string | null {
  const at = new Date(field);
  if (field === '' || Number.isNaN(at.getTime()) || at >= now) return null;
  return at.toISOString();
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

export function daysBefore(instant: string, now: Date): number {
  return Math.max(0, Math.round((now.getTime() - Date.parse(instant)) / dayMs));
}
