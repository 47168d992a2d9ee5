import { Button } from '@mantine/core';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { IconFileSearch, IconRefresh, IconShieldCheck, IconShieldQuestion } from '@tabler/icons-react';
import { usePatientsById } from '../data/fhir/patientsById';
import { personName } from '../data/fhir/words';
import { roleText } from '../data/session/roleWords';
import { dateAndTime } from '../time/words';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure, Nothing } from '../ui/Notice';
import { PageHeading } from '../ui/PageHeading';
import list from '../ui/Worklist.module.css';
import { auditQuery, provedSize, type AuditEntry, type AuditPage as Answer } from './audit';
import classes from './Audit.module.css';
import { AuditFilters } from './AuditFilters';
import { outcomeWords, type AuditSearch } from './auditSearch';
import { EntrySheet } from './EntrySheet';
import { actionText } from './words';
import { useUserName } from './users';

const route = getRouteApi('/signed-in/audit');

/** Who did what to whose record, when and from where. Each look is an entry itself, so the list is loaded when somebody asks for it. */
export function AuditPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const { open, ...filter } = search;
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(auditQuery(filter));
  const entries = data?.pages.flatMap(({ items }) => items) ?? [];
  const people = usePatientsById(entries.flatMap(({ patientIds = [] }) => patientIds.slice(0, 1)));
  return (
    <>
      <div className={classes.head}>
        <PageHeading title="Audit" />
        <Button
          variant="default"
          size="compact-md"
          leftSection={<IconRefresh size={18} aria-hidden="true" />}
          onClick={() => void queries.resetQueries({ queryKey: ['audit'] })}
        >
          Load again
        </Button>
      </div>
      {data?.pages[0] && <Verification answer={data.pages[0]} />}
      <AuditFilters filter={filter} onChange={(next) => void navigate({ search: next })} />
      <div className={list.split} data-open={open === undefined ? undefined : ''}>
        <div>
          {isPending && <LoadingRows label="Loading the audit" count={8} height={52} />}
          {error && !data && <LoadFailure what="The audit" error={error} onRetry={() => void refetch()} />}
          {data && entries.length === 0 && !hasNextPage && (
            <Nothing icon={<IconFileSearch size={32} aria-hidden="true" />}>No entry fits these filters.</Nothing>
          )}
          {entries.length > 0 && (
            <ul className={list.list} aria-label="Entries of the audit">
              {entries.map((entry) => {
                const person = people.get(entry.patientIds?.[0] ?? '');
                return (
                  <Row
                    key={entry.index}
                    entry={entry}
                    patient={person ? personName(person) : null}
                    search={{ ...filter, open: String(entry.index) }}
                    isOpen={open === String(entry.index)}
                  />
                );
              })}
            </ul>
          )}
          {hasNextPage && (
            <Button variant="default" className={list.more ?? ''} loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              Show older entries
            </Button>
          )}
        </div>
        {open !== undefined && (
          <EntrySheet
            key={open}
            index={open}
            known={entries.find(({ index }) => String(index) === open)}
            onClose={() => void navigate({ search: filter, resetScroll: false })}
          />
        )}
      </div>
    </>
  );
}

/** Up to which entry the log is held by a signed checkpoint. */
function Verification({ answer: { size, checkpoint } }: { answer: Answer }) {
  const proved = provedSize(checkpoint);
  const Icon = proved === null ? IconShieldQuestion : IconShieldCheck;
  const number = new Intl.NumberFormat();
  return (
    <p className={classes.verification} data-proved={proved === null ? undefined : ''} role="status" aria-label="Verification">
      <Icon size={20} aria-hidden="true" />
      {proved === null
        ? 'No signed checkpoint holds the log yet. One is signed every second in which something is recorded.'
        : `${number.format(proved)} of ${number.format(size)} entries are held by a signed checkpoint. Open one to follow its proof.`}
    </p>
  );
}

interface RowProps {
  entry: AuditEntry;
  patient: string | null;
  search: AuditSearch;
  isOpen: boolean;
}

function Row({ entry, patient, search, isOpen }: RowProps) {
  const nameOf = useUserName();
  return (
    <li>
      <Link to="/audit" search={search} className={list.row} aria-current={isOpen ? 'true' : undefined} preload={false} resetScroll={false}>
        <span className={list.cell}>
          <strong>{entry.user ? nameOf(entry.user) : 'Nobody signed in'}</strong>
          <span className={list.second}>{entry.role ? roleText(entry.role) : ' '}</span>
        </span>
        <span className={list.cell}>
          <span>
            {actionText(entry.action)} {entry.on}
          </span>
          <span className={list.second}>{patient ?? entry.detail ?? ' '}</span>
        </span>
        <span className={list.end}>
          {dateAndTime(entry.recordedAt)}
          {entry.outcome !== '0' && (
            <span className={list.chip} data-tone="late">
              {outcomeWords[entry.outcome] ?? entry.outcome}
            </span>
          )}
          {entry.proof === null && <span className={list.second}>not proved yet</span>}
        </span>
      </Link>
    </li>
  );
}
