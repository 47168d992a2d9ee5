import { useAlertedResources } from '../alerts/useAlerts';
import { isAlerted, isCriticalIn } from '../chart/trends';
import { useChartList } from '../chart/useChartList';
import type { IsCritical } from './results';

/** In lists of everybody: what an open alert is about is critical, whatever the laboratory's flag says. */
export function useAlerted(): IsCritical {
  const resources = useAlertedResources();
  return (value) => isAlerted(resources, value);
}

/** In one report: also what was settled, as the chart of the patient has it. */
export function useCriticalOf(reportId: string, patientId: string | null): IsCritical {
  const resources = useAlertedResources();
  const { items } = useChartList(patientId ?? '', 'labs', { asOf: undefined, enabled: patientId !== null });
  const report = items?.filter(({ id }) => id === reportId) ?? [];
  return (value) => isAlerted(resources, value) || isCriticalIn(report, value);
}
