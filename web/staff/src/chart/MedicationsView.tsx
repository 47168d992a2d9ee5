import { IconAlertTriangleFilled } from '@tabler/icons-react';
import { plainWord } from '../data/fhir/words';
import { dateAndTime, dateText } from '../time/words';
import type { Medication, Warning } from './chart';
import classes from './Lists.module.css';
import { LoadedItems } from './LoadedItems';
import { OpenItem } from './OpenItem';
import { useChartList } from './useChartList';
import type { ViewProps } from './viewProps';

export function MedicationsView({ chart, asOf, open, onOpen }: ViewProps) {
  const medications = useChartList(chart.patientId, 'medications', { asOf });
  return (
    <>
      <h2 className={classes.title}>Medications</h2>
      <LoadedItems list={medications} label="Prescriptions" none="No medication was prescribed.">
        {(medication) => (
          <Prescription
            medication={medication}
            isOpen={open === medication.id}
            onToggle={() => onOpen(open === medication.id ? undefined : medication.id)}
          />
        )}
      </LoadedItems>
    </>
  );
}

function Prescription({ medication, isOpen, onToggle }: { medication: Medication; isOpen: boolean; onToggle: () => void }) {
  const warnings = [...medication.allergyWarnings, ...medication.interactionWarnings];
  return (
    <OpenItem
      of={`MedicationRequest/${medication.id}`}
      isOpen={isOpen}
      onToggle={onToggle}
      head={
        <>
          <strong>{medication.display ?? 'Medication not named'}</strong>
          <span className={classes.detail}>
            {[medication.dosage, medication.prescribedAt && `prescribed ${dateText(medication.prescribedAt)}`].filter(Boolean).join(' · ')}
          </span>
        </>
      }
      marks={
        <>
          {warnings.length > 0 && (
            <span className={classes.critical}>
              <IconAlertTriangleFilled size={14} aria-hidden="true" /> {warnings.length === 1 ? 'Warning' : `${warnings.length} warnings`}
            </span>
          )}
          <span>{plainWord(medication.status)}</span>
        </>
      }
    >
      <Warnings title="Against an allergy" warnings={medication.allergyWarnings} />
      <Warnings title="With other medication" warnings={medication.interactionWarnings} />
      <h3>Handed out</h3>
      {medication.dispenses.length === 0 && <p>Not so far.</p>}
      {medication.dispenses.length > 0 && (
        <ul>
          {medication.dispenses.map(({ at, quantity, by }, index) => (
            <li key={index}>{[dateAndTime(at ?? undefined), quantity, by && `by ${by}`].filter(Boolean).join(', ')}</li>
          ))}
        </ul>
      )}
    </OpenItem>
  );
}

function Warnings({ title, warnings }: { title: string; warnings: readonly Warning[] }) {
  if (warnings.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul>
        {warnings.map(({ severity, text }, index) => (
          <li key={index}>
            {text ?? 'Without a text'}
            {severity && ` (${severity})`}
          </li>
        ))}
      </ul>
    </>
  );
}
