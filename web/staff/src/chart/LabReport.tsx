import { IconAlertTriangleFilled } from '@tabler/icons-react';
import { plainWord } from '../data/fhir/words';
import { dateAndTime } from '../time/words';
import type { LabResult } from './chart';
import classes from './Lists.module.css';
import { OpenItem } from './OpenItem';
import { ResultFlag } from '../values/ResultFlag';
import { amountText, rangeText } from '../values/resultWords';
import table from '../values/TestTable.module.css';
import { measuredIn, shownFlag } from './trends';
import { useMarkViewed } from './useMarkViewed';
import { ViewedBy } from './ViewedBy';

interface LabReportProps {
  patientId: string;
  report: LabResult;
  isNow: boolean;
  isOpen: boolean;
  onToggle: () => void;
}

/** A report of the laboratory. Opening it says that the person has seen it. */
export function LabReport({ patientId, report, isNow, isOpen, onToggle }: LabReportProps) {
  useMarkViewed({ patientId, kind: 'lab', reportId: report.id, viewings: report.viewings, isShown: isOpen && isNow });
  return (
    <OpenItem
      of={`DiagnosticReport/${report.id}`}
      isOpen={isOpen}
      onToggle={onToggle}
      head={
        <>
          <strong>{report.title ?? 'Lab result'}</strong>
          <span className={classes.detail}>
            {dateAndTime(report.availableAt ?? undefined)}
            {report.status !== 'final' && ` · ${plainWord(report.status)}`}
          </span>
        </>
      }
      marks={
        <>
          {report.hasCriticalValue && (
            <span className={classes.critical}>
              <IconAlertTriangleFilled size={14} aria-hidden="true" /> Critical value
            </span>
          )}
          {!report.isViewed && <span className={classes.unseen}>Not seen yet</span>}
        </>
      }
    >
      {report.tests.length === 0 ? (
        <p>The report names no values that you may see.</p>
      ) : (
        <table className={table.tests}>
          <thead>
            <tr>
              <th scope="col">Test</th>
              <th scope="col">Value</th>
              <th scope="col">Flag</th>
              <th scope="col">Range</th>
            </tr>
          </thead>
          <tbody>
            {measuredIn(report).map((test, index) => (
              <tr key={index}>
                <th scope="row">{test.name}</th>
                <td>{amountText(test.value, test.text, test.unit)}</td>
                <td>
                  <ResultFlag code={shownFlag(test)} />
                </td>
                <td>{rangeText(test.range, test.unit) ?? ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <ViewedBy viewings={report.viewings} />
    </OpenItem>
  );
}
