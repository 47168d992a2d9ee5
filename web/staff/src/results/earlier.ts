import { queryOptions, useQuery } from '@tanstack/react-query';
import { searchAll, searchValue } from '../data/fhir/requests';
import type { Observation } from '../data/fhir/resources';
import { referenceId } from '../data/fhir/words';
import { byInstant } from '../time/instants';

const mostPages = 3;
const counted = 'final,amended,corrected';

/** What was measured before of the same patients and tests. It is corrected too, so what loads results again loads it again. */
function earlierQuery(values: readonly Observation[]) {
  const patients = unique(values.flatMap(({ subject }) => referenceId(subject, 'Patient') ?? []));
  const codes = unique(values.flatMap(codesOf));
  const last = values.map(measuredAt).sort(byInstant).at(-1) ?? '';
  return queryOptions({
    queryKey: ['results', 'values-before', patients, codes, last],
    queryFn: () =>
      searchAll<Observation>(
        'Observation',
        [
          ['patient', patients.join(',')],
          ['code', codes.join(',')],
          ['status', counted],
          ['date', `lt${last}`],
          ['_sort', '-date'],
          ['_count', '200'],
        ],
        mostPages,
      ),
    enabled: patients.length > 0 && codes.length > 0 && last !== '',
    staleTime: 5 * 60_000,
  });
}

/** For each value the one before it; none while they are not loaded. */
export function usePrevious(values: readonly Observation[]): (value: Observation) => Observation | undefined {
  const { data = [] } = useQuery(earlierQuery(values));
  return (value) => previousOf(value, data);
}

/** The last value of the same patient and test that was measured before this one. */
export function previousOf(value: Observation, earlier: readonly Observation[]): Observation | undefined {
  const codes = codesOf(value);
  const patient = referenceId(value.subject, 'Patient');
  const isBefore = (one: Observation) =>
    referenceId(one.subject, 'Patient') === patient &&
    codesOf(one).some((code) => codes.includes(code)) &&
    byInstant(measuredAt(one), measuredAt(value)) < 0;
  return earlier.filter(isBefore).sort((one, other) => byInstant(measuredAt(other), measuredAt(one)))[0];
}

export function measuredAt({ effectiveDateTime, issued }: Observation): string {
  return effectiveDateTime ?? issued ?? '';
}

/** As a search names them. A code without its system says too little. */
function codesOf({ code }: Observation): string[] {
  return (code?.coding ?? []).flatMap(({ system, code: word }) =>
    system && word ? [`${searchValue(system)}|${searchValue(word)}`] : [],
  );
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
