import { dateAndTime } from '../time/words';
import type { Vital, Vitals } from './chart';
import { ChartSection } from './ChartSection';
import classes from './RecordSection.module.css';
import { RecordLine } from './RecordLine';
import { amountText } from '../values/resultWords';

const names: Readonly<Record<keyof Vitals, string>> = {
  bloodPressure: 'Blood pressure',
  heartRate: 'Heart rate',
  temperature: 'Temperature',
  respiratoryRate: 'Respiratory rate',
  oxygenSaturation: 'Oxygen saturation',
  weight: 'Weight',
  height: 'Height',
};

/** The newest of each, by its own time. */
export function VitalsSection({ vitals }: { vitals: Vitals }) {
  const measured = Object.entries(names).flatMap(([key, name]) => {
    const vital = vitals[key as keyof Vitals];
    return vital ? [{ key, name, vital }] : [];
  });
  return (
    <ChartSection title="Vital signs" none="No vital signs are recorded.">
      {measured.map(({ key, name, vital }) => (
        <li key={key} className={classes.item}>
          <RecordLine name={name} detail={vital.at ? dateAndTime(vital.at) : undefined} aside={<strong>{vitalText(vital)}</strong>} />
        </li>
      ))}
    </ChartSection>
  );
}

export function vitalText({ value, unit }: Vital): string {
  return typeof value === 'string' ? amountText(null, value, unit) : amountText(value, 'no value', unit);
}
