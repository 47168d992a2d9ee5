import { plainWord } from '../data/fhir/words';
import { dateAndTime } from '../time/words';
import type { Encounter, Vitals } from './chart';
import classes from './Lists.module.css';
import { LoadedItems } from './LoadedItems';
import { OpenItem } from './OpenItem';
import { useChartList } from './useChartList';
import { vitalText } from './VitalsSection';
import type { ViewProps } from './viewProps';

export function EncountersView({ chart, asOf, open, onOpen }: ViewProps) {
  const encounters = useChartList(chart.patientId, 'encounters', { asOf });
  return (
    <>
      <h2 className={classes.title}>Visits</h2>
      <LoadedItems list={encounters} label="Visits" none="No visit is recorded.">
        {(encounter) => (
          <Visit
            encounter={encounter}
            isOpen={open === encounter.id}
            onToggle={() => onOpen(open === encounter.id ? undefined : encounter.id)}
          />
        )}
      </LoadedItems>
    </>
  );
}

function Visit({ encounter, isOpen, onToggle }: { encounter: Encounter; isOpen: boolean; onToggle: () => void }) {
  const vitals = vitalsOf(encounter.vitals);
  const found = textsOf(encounter.diagnoses);
  const done = textsOf(encounter.procedures);
  const ordered = textsOf(encounter.orders);
  return (
    <OpenItem
      of={`Encounter/${encounter.id}`}
      isOpen={isOpen}
      onToggle={onToggle}
      head={
        <>
          <strong>{encounter.type ?? 'Visit'}</strong>
          <span className={classes.detail}>
            {[dateAndTime(encounter.startedAt ?? undefined), encounter.reason].filter(Boolean).join(' · ')}
          </span>
        </>
      }
      marks={
        <>
          <span>{plainWord(encounter.status)}</span>
          {encounter.isSigned && <span className={classes.detail}>Signed</span>}
        </>
      }
    >
      <Part title="Diagnoses" texts={found} />
      <Part title="Vital signs" texts={vitals} />
      <Part title="Procedures" texts={done} />
      <Part title="Ordered" texts={ordered} />
      {[...found, ...vitals, ...done, ...ordered].length === 0 && <p>Nothing that you may see was recorded during this visit.</p>}
      {encounter.endedAt && <p className={classes.detail}>Until {dateAndTime(encounter.endedAt)}</p>}
    </OpenItem>
  );
}

function Part({ title, texts }: { title: string; texts: readonly string[] }) {
  if (texts.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <p>{texts.join(' · ')}</p>
    </>
  );
}

function textsOf(items: readonly { readonly display: string | null }[]): string[] {
  return items.flatMap(({ display }) => (display ? [display] : []));
}

function vitalsOf(vitals: Vitals): string[] {
  const words = { bloodPressure: 'BP', heartRate: 'pulse', temperature: 'temperature', respiratoryRate: 'respiration' };
  const more = { oxygenSaturation: 'SpO₂', weight: 'weight', height: 'height' };
  return Object.entries({ ...words, ...more }).flatMap(([key, word]) => {
    const vital = vitals[key as keyof Vitals];
    return vital ? [`${word} ${vitalText(vital)}`] : [];
  });
}
