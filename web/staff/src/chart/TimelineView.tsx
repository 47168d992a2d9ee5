import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import {
  IconAlertTriangleFilled,
  IconFlask,
  IconPill,
  IconPrescription,
  IconRadioactive,
  IconStethoscope,
} from '@tabler/icons-react';
import { dateAndTime, dateText } from '../time/words';
import { LoadingRows } from '../ui/LoadingRows';
import { LongList } from '../ui/LongList';
import { LoadFailure, Nothing } from '../ui/Notice';
import { openViews } from './chartParts';
import classes from './Lists.module.css';
import { timelineOf, type TimelineEntry, type TimelineKind } from './timeline';
import { useChartList } from './useChartList';
import type { ViewProps } from './viewProps';

const looks: Readonly<Record<TimelineKind, { word: string; Icon: typeof IconPill }>> = {
  encounter: { word: 'Visit', Icon: IconStethoscope },
  lab: { word: 'Lab result', Icon: IconFlask },
  imaging: { word: 'Imaging', Icon: IconRadioactive },
  medication: { word: 'Prescription', Icon: IconPrescription },
  dispense: { word: 'Handed out', Icon: IconPill },
};

/** Everything that happened, in one line, the newest first. */
export function TimelineView({ chart, asOf }: ViewProps) {
  const { patientId } = chart;
  const isOpen = (view: string) => openViews(chart).some((each) => each.view === view);
  const lists = {
    labs: useChartList(patientId, 'labs', { asOf, enabled: isOpen('results') }),
    imaging: useChartList(patientId, 'imaging', { asOf, enabled: isOpen('imaging') }),
    medications: useChartList(patientId, 'medications', { asOf, enabled: isOpen('medications') }),
    encounters: useChartList(patientId, 'encounters', { asOf, enabled: isOpen('encounters') }),
  };
  const asked = [
    ...(isOpen('results') ? [lists.labs] : []),
    ...(isOpen('imaging') ? [lists.imaging] : []),
    ...(isOpen('medications') ? [lists.medications] : []),
    ...(isOpen('encounters') ? [lists.encounters] : []),
  ];
  const failed = asked.find(({ error, items }) => error !== null && items === null);
  if (failed?.error) return <LoadFailure what="The timeline" error={failed.error} onRetry={failed.retry} />;
  if (asked.some(({ items }) => items === null)) return <LoadingRows label="Loading the timeline" count={8} height={52} />;
  const { entries, completeFrom } = timelineOf(lists);
  const older = asked.filter(({ hasOlder }) => hasOlder);
  return (
    <>
      {entries.length === 0 && <Nothing>Nothing that you may see has been recorded yet.</Nothing>}
      <LongList
        items={entries}
        keyOf={({ key }) => key}
        label="Timeline"
        className={classes.list}
        itemClassName={classes.item}
        itemHeight={58}
      >
        {(entry) => <Entry entry={entry} patientId={patientId} asOf={asOf} />}
      </LongList>
      {completeFrom !== null && (
        <Button
          variant="default"
          className={classes.older ?? ''}
          loading={older.some(({ isLoadingOlder }) => isLoadingOlder)}
          onClick={() => older.forEach(({ loadOlder }) => loadOlder())}
        >
          Show what was before {dateAndTime(completeFrom)}
        </Button>
      )}
    </>
  );
}

function Entry({ entry, patientId, asOf }: { entry: TimelineEntry; patientId: string; asOf: string | undefined }) {
  const { word, Icon } = looks[entry.kind];
  return (
    <Link
      to="/patients/$patientId"
      params={{ patientId }}
      search={{ view: entry.view, open: entry.open, ...(asOf ? { asOf } : {}) }}
      preload={false}
      className={classes.entry}
    >
      <Icon size={18} aria-hidden="true" />
      <span className={classes.when}>
        <time dateTime={entry.at}>{entry.at.length > 10 ? dateAndTime(entry.at) : dateText(entry.at)}</time>
        <span className={classes.kind}>{word}</span>
      </span>
      <span className={classes.what}>
        <strong>{entry.title}</strong>
        <span className={classes.detail}>
          {entry.isCritical && (
            <span className={classes.critical}>
              <IconAlertTriangleFilled size={14} aria-hidden="true" /> Critical
            </span>
          )}{' '}
          {entry.detail}
        </span>
      </span>
    </Link>
  );
}
