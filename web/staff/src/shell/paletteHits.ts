import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { findPatients } from '../data/fhir/findPatients';
import { rememberPatient, useRecentPatients } from '../data/fhir/recentPatients';
import type { Person } from '../data/fhir/resources';
import { fitsName, personName, plainWord, recordNumber } from '../data/fhir/words';
import { useMay } from '../data/session/permissions';
import { ageOn, dateText } from '../time/words';
import { useOpenPlaces } from './places';

/** Something that can be gone to or done. */
export interface Hit {
  readonly key: string;
  readonly group: 'Patients' | 'Recent patients' | 'Pages and actions';
  readonly text: string;
  readonly detail: string;
  readonly go: () => void;
}

const atMost = 8;
const typedEnough = 2;

/** What fits the typed text: patients first, then pages and actions. Before anything is typed the recent patients. */
export function useHits(typed: string): { readonly hits: readonly Hit[]; readonly isSearching: boolean; readonly error: Error | null } {
  const [text] = useDebouncedValue(typed.trim(), 200);
  const may = useMay();
  const recent = useRecentPatients();
  const navigate = useNavigate();
  const wanted = may('read', 'Patient') && text.length >= typedEnough && typed.trim() !== '';
  const { data, error, isFetching } = useQuery({
    queryKey: ['patients', 'palette', text],
    queryFn: async () => (await findPatients(text, atMost)).resources,
    enabled: wanted,
    staleTime: 30_000,
  });
  // While the answer is to an older text, Enter must not open somebody whom the newer one does not name.
  const found = text === typed.trim() ? data : data?.filter((person) => fitsName(personName(person), typed));
  const people = typed.trim() === '' ? recent : wanted ? (found ?? []) : [];
  const group = typed.trim() === '' ? 'Recent patients' : 'Patients';
  const patients = people.map((person): Hit => ({
    key: `patient-${person.id}`,
    group,
    text: personName(person),
    detail: facts(person),
    go: () => {
      rememberPatient(person);
      void navigate({ to: '/patients/$patientId', params: { patientId: person.id ?? '' } });
    },
  }));
  const places = usePlaceHits().filter(({ text: name }) => fitsName(name, typed));
  return { hits: [...patients, ...places], isSearching: wanted && isFetching && !data, error: wanted ? error : null };
}

function usePlaceHits(): readonly Hit[] {
  const places = useOpenPlaces();
  const may = useMay();
  const navigate = useNavigate();
  return [
    ...places.map(({ to, text }) => hit(text, 'page', () => void navigate({ to }))),
    ...(may('read', 'Patient')
      ? [hit('New message to a patient', 'action', () => void navigate({ to: '/inbox', search: { compose: true } }))]
      : []),
    ...(may('create', 'Appointment')
      ? [hit('Book an appointment', 'action', () => void navigate({ to: '/schedule', search: { book: true } }))]
      : []),
    ...(may('create', 'Patient')
      ? [hit('Register a patient', 'action', () => void navigate({ to: '/patients', search: { register: true } }))]
      : []),
    ...(places.some(({ to }) => to === '/alerts') ? [hit('On call', 'page', () => void navigate({ to: '/alerts/on-call' }))] : []),
    hit('Notifications', 'page', () => void navigate({ to: '/notifications' })),
    hit('Preferences', 'page', () => void navigate({ to: '/preferences' })),
    hit('Second step of sign-in', 'page', () => void navigate({ to: '/preferences/second-step' })),
  ];
}

function hit(text: string, detail: string, go: () => void): Hit {
  return { key: text, group: 'Pages and actions', text, detail, go };
}

function facts(person: Person): string {
  const age = ageOn(person.birthDate);
  const number = recordNumber(person);
  return [
    `born ${dateText(person.birthDate)}${age === null ? '' : ` (${age} years)`}`,
    person.gender && plainWord(person.gender),
    number && `MRN ${number}`,
  ]
    .filter(Boolean)
    .join(' · ');
}
