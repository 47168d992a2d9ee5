import { IconAlertTriangleFilled } from '@tabler/icons-react';
import { plainWord } from '../data/fhir/words';
import { dateAndTime } from '../time/words';
import type { LabResult } from './chart';
import classes from './Lists.module.css';
import { OpenItem } from './OpenItem';
import { shownFlag } from '../values/measured';
import { amountText, rangeText } from '../values/resultWords';
import { TestTable } from '../values/TestTable';
import { measuredIn } from './trends';
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
        <TestTable
          rows={measuredIn(report).map((test, index) => ({
            key: index,
            name: test.name,
            value: amountText(test.value, test.text, test.unit),
            flag: shownFlag(test),
            range: rangeText(test.range, test.unit),
          }))}
        />
      )}
      <ViewedBy viewings={report.viewings} />
    </OpenItem>
  );
}
