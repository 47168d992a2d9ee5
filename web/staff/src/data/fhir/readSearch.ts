import { dayOf, isDay, startOf, type Day } from '../../time/days';

/** What somebody typed to find a patient: every part must fit, in whatever order the parts stand. */
export interface PatientSearch {
  readonly names: readonly string[];
  readonly birthDate: Day | null;
  /** A record number or a phone number; which of the two is not known. */
  readonly number: string | null;
}

/** A phone number may be typed with blanks, which separate everything else. */
const wholePhone = /^\+?[\d\s().-]{7,}$/;
const labels = new Set(['mrn', 'born', 'dob', 'phone']);

export function readSearch(typed: string): PatientSearch {
  const text = typed.trim();
  const date = readDate(text);
  if (date) return { names: [], birthDate: date, number: null };
  if (wholePhone.test(text)) return { names: [], birthDate: null, number: text };
  const names: string[] = [];
  let birthDate: Day | null = null;
  let number: string | null = null;
  for (const word of text.split(/[\s,;]+/).filter(Boolean)) {
    const day = readDate(word);
    if (day) birthDate = day;
    else if (/\d/.test(word)) number = word;
    else if (!labels.has(word.replace(/[:.#]$/, '').toLowerCase())) names.push(word);
  }
  // "Born" alone may be somebody's name.
  if (names.length === 0 && birthDate === null && number === null && text !== '') names.push(...text.split(/[\s,;]+/).filter(Boolean));
  return { names, birthDate, number };
}

/** 2013-09-14, 9/14/2013 (month first, as US clinics write it, unless that is no month) and 14.9.2013. */
function readDate(word: string): Day | null {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(word);
  if (iso) return toDay(iso[1], iso[2], iso[3]);
  const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(word);
  if (dotted) return toDay(dotted[3], dotted[2], dotted[1]);
  const slashed = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4})$/.exec(word);
  if (!slashed) return null;
  return toDay(slashed[3], slashed[1], slashed[2]) ?? toDay(slashed[3], slashed[2], slashed[1]);
}

function toDay(year: string | undefined, month: string | undefined, date: string | undefined): Day | null {
  const [months, dates] = [Number(month), Number(date)];
  if (months < 1 || months > 12 || dates < 1 || dates > 31) return null;
  const day = `${year}-${String(months).padStart(2, '0')}-${String(dates).padStart(2, '0')}`;
  return isDay(day) && dayOf(startOf(day)) === day ? day : null;
}
