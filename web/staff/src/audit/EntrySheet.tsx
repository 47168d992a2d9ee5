import { Button, Group } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { IconDownload, IconShieldCheck, IconShieldX } from '@tabler/icons-react';
import { roleText } from '../data/session/roleWords';
import { dateText, timeWithSeconds } from '../time/words';
import { ActionFailure } from '../ui/ActionFailure';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure } from '../ui/Notice';
import { SideSheet } from '../ui/SideSheet';
import list from '../ui/Worklist.module.css';
import { entryQuery, proveEntry, type AuditEntry } from './audit';
import classes from './Audit.module.css';
import { outcomeWords } from './auditSearch';
import { useUserName } from './users';
import { actionText } from './words';

interface EntrySheetProps {
  index: string;
  /** As the list has it; an entry never changes. */
  known: AuditEntry | undefined;
  onClose: () => void;
}

/** One entry in full, and its proof: that the log as it was signed holds it. */
export function EntrySheet({ index, known, onClose }: EntrySheetProps) {
  const { data, error, refetch } = useQuery({ ...entryQuery(index), enabled: known === undefined });
  const entry = known ?? data;
  return (
    <SideSheet title={`Entry ${index}`} onClose={onClose}>
      {!entry && !error && <LoadingRows label="Loading the entry" count={4} height={32} />}
      {error && !entry && <LoadFailure what="The entry" error={error} onRetry={() => void refetch()} />}
      {entry && <Facts entry={entry} />}
      {entry && <Proof index={entry.index} />}
    </SideSheet>
  );
}

function Facts({ entry }: { entry: AuditEntry }) {
  const nameOf = useUserName();
  const facts: readonly (readonly [string, string | null | undefined])[] = [
    ['When', `${dateText(entry.recordedAt)}, ${timeWithSeconds(entry.recordedAt)}`],
    ['Who', entry.user ? nameOf(entry.user) : 'Nobody signed in'],
    ['Role', entry.role && roleText(entry.role)],
    ['What', actionText(entry.action)],
    ['On', entry.on],
    ['Shown', entry.shown?.join(', ')],
    ['Patients', entry.patientIds?.join(', ')],
    ['Outcome', outcomeWords[entry.outcome] ?? entry.outcome],
    ['Reason', entry.reason],
    ['Purpose', entry.purpose],
    ['From', entry.address],
    ['Client', entry.client],
    ['Session', entry.session],
    ['Request', entry.request],
    ['Query', entry.query],
    ['Detail', entry.detail],
  ];
  return (
    <dl className={list.facts}>
      {facts.map(
        ([name, value]) =>
          value && (
            <div key={name} className={classes.fact}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

function Proof({ index }: { index: number }) {
  const { data, error, isPending, mutate } = useMutation({ mutationFn: () => proveEntry(index) });
  return (
    <div>
      <h3>Proof</h3>
      {!data && (
        <Button variant="default" size="xs" loading={isPending} onClick={() => mutate()}>
          Verify this entry
        </Button>
      )}
      {error && <ActionFailure done="verified" error={error} />}
      {data && data.text === null && <p>No signed checkpoint holds this entry yet. Try again in a second.</p>}
      {data?.text && data.finding === null && <p>This browser cannot compute hashes on an address without https. Check the file.</p>}
      {data?.finding && (
        <p className={classes.finding} data-proved={data.finding.isProved || undefined} role="status">
          {data.finding.isProved ? <IconShieldCheck size={18} aria-hidden="true" /> : <IconShieldX size={18} aria-hidden="true" />}
          <span>
            {data.finding.isProved
              ? `Proved: the hash of this entry leads to the root of the signed checkpoint of ${data.finding.size} entries. `
              : 'Not proved: the hash of this entry does not lead to the root of the checkpoint. '}
            <code>{data.finding.root}</code>
          </span>
        </p>
      )}
      {data?.text && (
        <Group>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconDownload size={16} aria-hidden="true" />}
            onClick={() => save(data.text ?? '', `entry-${index}.tlog-proof`)}
          >
            Save the proof
          </Button>
        </Group>
      )}
    </div>
  );
}

/** For a verifier that trusts neither this page nor its server. */
function save(text: string, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href));
}
