import { Button } from '@mantine/core';
import { IconAlertTriangleFilled } from '@tabler/icons-react';
import type { Alert } from '@vagus/client';
import { useState } from 'react';
import { AlertClock } from '../alerts/AlertClock';
import { AlertDialogLater } from '../alerts/AlertDialogLater';
import { stateText } from '../alerts/alertWords';
import { useOpenAlerts } from '../alerts/useAlerts';
import type { PatientChart } from './chart';
import { ChartSection } from './ChartSection';
import classes from './HistorySections.module.css';
import { RecordLine } from './RecordLine';
import itemClasses from './RecordSection.module.css';

/** What was raised about this patient and is not settled. Active allergies stand in the header. */
export function AlertsSection({ chart, isNow }: { chart: PatientChart; isNow: boolean }) {
  const { alerts } = useOpenAlerts();
  const [opened, setOpened] = useState<Alert | null>(null);
  const raised = chart.criticalAlerts.filter(({ type }) => type !== 'allergy');
  return (
    <>
      <ChartSection title="Alerts of this patient" none="No critical alert is open.">
        {raised.map((told, index) => {
          // What came with an import is critical, and nobody is asked to acknowledge it.
          const alert = isNow ? alerts.find(({ id }) => id === told.id) : undefined;
          return (
            <li key={told.id || index} className={itemClasses.item}>
              <RecordLine
                name={
                  <span className={classes.critical}>
                    <IconAlertTriangleFilled size={16} aria-hidden="true" />
                    {told.message.replace(/^CRITICAL: /, '')}
                  </span>
                }
                detail={
                  <>
                    {[told.details?.criticalReason, alert?.owner?.name, alert && stateText(alert)].filter(Boolean).join(' · ')}{' '}
                    {alert && <AlertClock dueAt={alert.dueAt} />}
                  </>
                }
                aside={
                  alert ? (
                    <Button size="compact-sm" variant="default" onClick={() => setOpened(alert)}>
                      Open alert
                    </Button>
                  ) : undefined
                }
              />
            </li>
          );
        })}
      </ChartSection>
      {opened && <AlertDialogLater alert={opened} onClose={() => setOpened(null)} />}
    </>
  );
}
