import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useId, useState, type ReactNode } from 'react';
import type { Resource } from '../data/fhir/resources';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure } from '../ui/Notice';
import { useHighlight } from '../ui/useHighlight';
import { loadedAtMost, recordQuery, type RecordPart } from './record';
import classes from './RecordSection.module.css';

interface RecordSectionProps<T extends Resource> {
  title: string;
  part: RecordPart<T>;
  patientId: string;
  /** Those of the part that are shown here; all of them without it. */
  only?: (resource: T) => boolean;
  /** What it means that there are none. */
  none: string;
  children: (resource: T) => ReactNode;
}

const shownAtFirst = 6;

export function RecordSection<T extends Resource>({ title, part, patientId, only, none, children }: RecordSectionProps<T>) {
  const heading = useId();
  const [all, setAll] = useState(false);
  const { data: loaded, error, isPending, refetch } = useQuery(recordQuery(part, patientId));
  const data = only ? loaded?.filter(only) : loaded;
  const shown = all ? data : data?.slice(0, shownAtFirst);
  return (
    <section className={classes.section} aria-labelledby={heading}>
      <h2 id={heading} className={classes.title}>
        {title}
        {data && data.length > 0 && <span className={classes.count}>{countText(data.length)}</span>}
      </h2>
      {isPending && <LoadingRows label={`Loading ${title.toLowerCase()}`} count={3} height={36} />}
      {error && !data && <LoadFailure what={title} error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && <p className={classes.none}>{none}</p>}
      {shown && shown.length > 0 && (
        <ul className={classes.list}>
          {shown.map((resource) => (
            <RecordItem key={resource.id} resource={resource}>
              {children(resource)}
            </RecordItem>
          ))}
        </ul>
      )}
      {data && data.length > shownAtFirst && (
        <Button variant="default" size="xs" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${countText(data.length)}`}
          <span className={classes.hidden}> {title.toLowerCase()}</span>
        </Button>
      )}
    </section>
  );
}

function RecordItem({ resource, children }: { resource: Resource; children: ReactNode }) {
  const highlighted = useHighlight(`${resource.resourceType}/${resource.id}`);
  return <li className={`${classes.item} ${highlighted ?? ''}`}>{children}</li>;
}

/** Beyond what is loaded the number is not known. */
function countText(count: number): string {
  return count >= loadedAtMost ? `${loadedAtMost}+` : String(count);
}
