import { useQuery } from '@tanstack/react-query';
import { useAlertedResources } from '../alerts/useAlerts';
import { useMay } from '../data/session/permissions';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure } from '../ui/Notice';
import { isAlerted, isCriticalIn } from '../values/criticalValues';
import { measuredBy } from '../values/measured';
import { partsOf } from '../values/parts';
import { LabReport } from './LabReport';
import classes from './Lists.module.css';
import { LoadedItems } from './LoadedItems';
import { labs, recordQuery } from './record';
import { measuredIn, trendsOf } from './trends';
import { TrendTable } from './TrendTable';
import { useChartList } from './useChartList';
import type { ViewProps } from './viewProps';

/** The course of each test, what is critical and abnormal first; then the reports. */
export function ResultsView({ chart, asOf, open, onOpen }: ViewProps) {
  const { patientId } = chart;
  const may = useMay();
  const reports = useChartList(patientId, 'labs', { asOf });
  // Values that no report names are in the record alone, and the record is as it is now.
  const readsValues = asOf === undefined && may('read', 'Observation');
  const values = useQuery({ ...recordQuery(labs, patientId), enabled: readsValues });
  // The record has the laboratory's flags alone; by the clinic's limits, a report or an alert says what is critical.
  const alerted = useAlertedResources();
  const ofRecord = values.data?.flatMap(partsOf).map((value) =>
    measuredBy(value, isAlerted(alerted, value) || isCriticalIn(reports.items ?? [], value)));
  const measured = readsValues ? ofRecord : reports.items?.flatMap(measuredIn);
  return (
    <>
      <h2 className={classes.title}>Values</h2>
      {asOf !== undefined && <p className={classes.hint}>Of the past, values are shown that stood in a report.</p>}
      {readsValues && values.error && !values.data && (
        <LoadFailure what="Values" error={values.error} onRetry={() => void values.refetch()} />
      )}
      {!measured && !values.error && <LoadingRows label="Loading values" count={5} height={44} />}
      {measured && <TrendTable trends={trendsOf(measured)} />}
      <h2 className={classes.title}>Reports</h2>
      <LoadedItems list={reports} label="Lab reports" none="No lab report is available.">
        {(report) => (
          <LabReport
            patientId={patientId}
            report={report}
            isNow={asOf === undefined}
            isOpen={open === report.id}
            onToggle={() => onOpen(open === report.id ? undefined : report.id)}
          />
        )}
      </LoadedItems>
    </>
  );
}
