import { queryOptions, useQuery } from '@tanstack/react-query';
import { useAlertedResources } from '../alerts/useAlerts';
import { getJson } from '../data/care/requests';
import { isAlerted, isCriticalIn, type LabTest } from '../values/criticalValues';
import type { IsCritical } from './results';

interface JudgedReports {
  readonly items: readonly { readonly id: string; readonly tests: readonly LabTest[] }[];
}

/** The latest reports of a patient, as the server has judged their values. */
function judgedQuery(patientId: string) {
  return queryOptions({
    queryKey: ['results', 'judged', patientId],
    queryFn: ({ signal }) => getJson<JudgedReports>(`/api/aggregate/patients/${encodeURIComponent(patientId)}/labs?limit=100`, signal),
    enabled: patientId !== '',
  });
}

/** In lists of everybody: what an open alert is about is critical, whatever the laboratory's flag says. */
export function useAlerted(): IsCritical {
  const resources = useAlertedResources();
  return (value) => isAlerted(resources, value);
}

/** In one report: also what was settled, as the chart of the patient has it. */
export function useCriticalOf(reportId: string, patientId: string | null): IsCritical {
  const resources = useAlertedResources();
  const { data } = useQuery(judgedQuery(patientId ?? ''));
  const report = data?.items.filter(({ id }) => id === reportId) ?? [];
  return (value) => isAlerted(resources, value) || isCriticalIn(report, value);
}
