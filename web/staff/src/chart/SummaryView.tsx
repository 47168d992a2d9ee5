import { useMay } from '../data/session/permissions';
import { dateText } from '../time/words';
import { AlertsSection } from './AlertsSection';
import { ChartItem } from './ChartItem';
import classes from './ChartPage.module.css';
import { ChartSection } from './ChartSection';
import { AppointmentSection, HistorySections } from './HistorySections';
import { RecordLine } from './RecordLine';
import { ToDoSection } from './ToDoSection';
import { VitalsSection } from './VitalsSection';
import type { ViewProps } from './viewProps';

/** What one call brings: what is wrong, what is given, what was measured, what waits. */
export function SummaryView({ chart, asOf }: ViewProps) {
  const may = useMay();
  const { withheld, truncated } = chart;
  const isNow = asOf === undefined;
  return (
    <div className={classes.columns}>
      <div className={classes.column}>
        {!withheld.includes('criticalAlerts') && <AlertsSection chart={chart} isNow={isNow} />}
        {!withheld.includes('activeDiagnoses') && (
          <ChartSection title="Problems" none="No problem is active." hasMore={truncated.includes('activeDiagnoses')}>
            {chart.activeDiagnoses.map(({ id, display, onset }) => (
              <ChartItem key={id} of={`Condition/${id}`}>
                <RecordLine name={display ?? 'Problem not named'} detail={onset ? `Since ${dateText(onset)}` : undefined} />
              </ChartItem>
            ))}
          </ChartSection>
        )}
      </div>
      <div className={classes.column}>
        {!withheld.includes('medications') && (
          <ChartSection title="Current medications" none="No medication is active." hasMore={truncated.includes('medications')}>
            {chart.medications.map(({ id, display, dosage, prescribedAt }) => (
              <ChartItem key={id} of={`MedicationRequest/${id}`}>
                <RecordLine
                  name={display ?? 'Medication not named'}
                  detail={[dosage, prescribedAt ? `prescribed ${dateText(prescribedAt)}` : null].filter(Boolean).join(' · ')}
                />
              </ChartItem>
            ))}
          </ChartSection>
        )}
        {!withheld.includes('latestVitals') && <VitalsSection vitals={chart.latestVitals} />}
      </div>
      <div className={classes.column}>
        <ToDoSection chart={chart} asOf={asOf} />
        {isNow && may('read', 'Appointment') && <AppointmentSection patientId={chart.patientId} />}
        {isNow && may('read', 'Condition') && <HistorySections patientId={chart.patientId} />}
      </div>
    </div>
  );
}
