import type { CodeableConcept, HumanName, Person, Reference } from './resources';

export function personName(person: Pick<Person, 'name'> | undefined, unnamed = 'Name not recorded'): string {
  const names = person?.name ?? [];
  const name = names.find((candidate) => candidate.use === 'official') ?? names[0];
  return name ? writeName(name) || unnamed : unnamed;
}

/** Every word that was typed begins some word of the name, in any order, without regard to case and accents. */
export function fitsName(name: string, typed: string): boolean {
  const words = plainWords(name);
  return plainWords(typed).every((part) => words.some((word) => word.startsWith(part)));
}

function plainWords(text: string): string[] {
  const plain = text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return plain.split(/[\s,.;-]+/).filter(Boolean);
}

function writeName(name: HumanName): string {
  if (name.text) return name.text;
  const prefix = name.prefix?.find((part) => part.startsWith('Dr'));
  return [prefix, ...(name.given ?? []), name.family].filter(Boolean).join(' ');
}

export function conceptText(concept: CodeableConcept | undefined, unnamed = 'Not named'): string {
  const coding = concept?.coding?.[0];
  return concept?.text ?? coding?.display ?? coding?.code ?? unnamed;
}

export function conceptCode(concept: CodeableConcept | undefined): string | undefined {
  return concept?.coding?.[0]?.code;
}

export function referenceId(reference: Reference | undefined, type: string): string | null {
  const [kind, id] = (reference?.reference ?? '').split('/').slice(-2);
  return kind === type && id ? id : null;
}

/** Medical record number: the clinic's own word for a patient. Some clinics write its name into it, and it is written before it here. */
export function recordNumber(person: Person): string | null {
  const number = person.identifier?.find((candidate) => conceptCode(candidate.type) === 'MR');
  return bareNumber(number?.value);
}

export function bareNumber(number: string | null | undefined): string | null {
  return number?.replace(/^\s*MRN[\s:#-]*(?=\S)/i, '') ?? null;
}

/** "in-progress" as people say it. */
export function plainWord(code: string | undefined): string {
  if (!code) return 'Unknown';
  const words = code.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
