import { IconAlertTriangleFilled } from '@tabler/icons-react';
import { plainWord } from '../data/fhir/words';
import { dateAndTime } from '../time/words';
import type { ImagingStudy } from './chart';
import classes from './Lists.module.css';
import { LoadedItems } from './LoadedItems';
import { OpenItem } from './OpenItem';
import { useChartList } from './useChartList';
import { useMarkViewed } from './useMarkViewed';
import { ViewedBy } from './ViewedBy';
import type { ViewProps } from './viewProps';

export function ImagingView({ chart, asOf, open, onOpen }: ViewProps) {
  const studies = useChartList(chart.patientId, 'imaging', { asOf });
  return (
    <>
      <h2 className={classes.title}>Imaging</h2>
      <LoadedItems list={studies} label="Imaging studies" none="No imaging study is recorded.">
        {(study) => {
          const isOpen = open === study.id || (study.report !== null && open === study.report.id);
          return (
            <Study
              patientId={chart.patientId}
              study={study}
              isNow={asOf === undefined}
              isOpen={isOpen}
              onToggle={() => onOpen(isOpen ? undefined : study.id)}
            />
          );
        }}
      </LoadedItems>
    </>
  );
}

interface StudyProps {
  patientId: string;
  study: ImagingStudy;
  isNow: boolean;
  isOpen: boolean;
  onToggle: () => void;
}

function Study({ patientId, study, isNow, isOpen, onToggle }: StudyProps) {
  const { report } = study;
  const at = study.startedAt ?? report?.finalizedAt;
  const shown = { patientId, kind: 'imaging', viewings: study.viewings } as const;
  useMarkViewed({ ...shown, reportId: report?.id ?? null, isShown: isOpen && isNow });
  return (
    <OpenItem
      of={`ImagingStudy/${study.id}`}
      isOpen={isOpen}
      onToggle={onToggle}
      head={
        <>
          <strong>{study.description ?? study.modality ?? 'Imaging study'}</strong>
          <span className={classes.detail}>
            {[dateAndTime(at ?? undefined), study.modality, imagesText(study)].filter(Boolean).join(' · ')}
          </span>
        </>
      }
      marks={
        <>
          {study.hasCriticalFinding && (
            <span className={classes.critical}>
              <IconAlertTriangleFilled size={14} aria-hidden="true" /> Critical finding
            </span>
          )}
          {report === null && <span className={classes.detail}>No report yet</span>}
          {report !== null && !study.isViewed && <span className={classes.unseen}>Not seen yet</span>}
        </>
      }
    >
      {report === null ? (
        <p>The report is not there yet. It appears here by itself.</p>
      ) : (
        <>
          {report.impression && (
            <>
              <h3>Impression</h3>
              <p>{report.impression}</p>
            </>
          )}
          {report.findings && (
            <>
              <h3>Findings</h3>
              <p>{report.findings}</p>
            </>
          )}
          {!report.impression && !report.findings && <p>The report holds no text.</p>}
          <p className={classes.detail}>
            {plainWord(report.status)}
            {report.finalizedAt && `, ${dateAndTime(report.finalizedAt)}`}
          </p>
          <ViewedBy viewings={study.viewings} />
        </>
      )}
    </OpenItem>
  );
}

function imagesText({ images }: ImagingStudy): string {
  if (images.length === 0) return '';
  return images.length === 1 ? '1 image' : `${images.length} images`;
}
