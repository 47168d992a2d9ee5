import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { getJson, sendJson } from '../data/care/requests';
import { dateAndTime } from '../time/words';
import { ActionFailure } from '../ui/ActionFailure';
import { Confirm } from '../ui/Confirm';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure } from '../ui/Notice';
import { unitText } from '../values/resultWords';
import { ScrollingTable } from './ScrollingTable';
import classes from './Settings.module.css';
import { SettingText } from './SettingText';
import { useAdminAction } from './useAdminAction';

interface Limit {
  readonly code: string;
  readonly unit: string;
  readonly low: number | null;
  readonly high: number | null;
  readonly source: string;
  readonly lowReason?: string | null;
  readonly highReason?: string | null;
  readonly minAgeDays?: number | null;
  readonly maxAgeDays?: number | null;
  readonly sex?: string | null;
}

interface CriticalRules {
  readonly limits: readonly Limit[];
  readonly deltas: readonly {
    readonly code: string;
    readonly unit: string;
    readonly fall: number | null;
    readonly rise: number | null;
    readonly hours: number;
    readonly reason: string;
  }[];
  readonly findings: readonly { readonly code: string; readonly name: string; readonly source: string }[];
  readonly toBeSet: readonly { readonly name: string; readonly codes: readonly string[]; readonly reason: string }[];
  readonly version: string;
  readonly isApproved: boolean;
  readonly approvedBy?: string | null;
  readonly approvedAt?: string | null;
}

const rulesKey = ['settings', 'critical-rules'];

/** By which values a result is critical, and whether the laboratory director has approved them. */
export function LimitsSection() {
  const [approving, setApproving] = useState(false);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: rulesKey,
    queryFn: () => getJson<CriticalRules>('/api/critical-rules'),
  });
  const approve = useAdminAction<string, CriticalRules>({
    run: (version) => sendJson('POST', '/api/critical-rules/approval', { version }),
    done: 'approved',
    about: 'the critical limits',
    reloads: rulesKey,
    thenHere: () => setApproving(false),
  });
  if (isPending) return <LoadingRows label="Loading critical limits" count={6} height={40} />;
  if (error && !data) return <LoadFailure what="Critical limits" error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <p className={classes.note} data-good={data.isApproved || undefined} role="status">
        {data.isApproved
          ? `Approved${data.approvedAt ? `, ${dateAndTime(data.approvedAt)}` : ''}.`
          : 'To be approved by the laboratory director. They are in force meanwhile.'}
      </p>
      {!data.isApproved && (
        <div className={classes.bar}>
          <Button onClick={() => setApproving(true)}>Approve these limits…</Button>
        </div>
      )}
      <ScrollingTable label="Critical limits" heads={['Test (LOINC)', 'Below', 'Above', 'For', 'Source']}>
        {data.limits.map((limit, index) => (
          <tr key={index}>
            <th scope="row">{limit.code}</th>
            <td>{valueText(limit.low, limit.unit, limit.lowReason)}</td>
            <td>{valueText(limit.high, limit.unit, limit.highReason)}</td>
            <td>{whomText(limit)}</td>
            <td className={classes.quiet}>{limit.source}</td>
          </tr>
        ))}
      </ScrollingTable>
      {data.toBeSet.map(({ name, codes, reason }) => (
        <p key={name} className={classes.note}>
          {name} ({codes.join(', ')}): {reason}
        </p>
      ))}
      {data.deltas.length > 0 && (
        <>
          <h3>Critical changes</h3>
          <ScrollingTable label="Critical changes" heads={['Test (LOINC)', 'Falls by', 'Rises by', 'Within', 'Reason']}>
            {data.deltas.map((delta, index) => (
              <tr key={index}>
                <th scope="row">{delta.code}</th>
                <td>{valueText(delta.fall, delta.unit, null)}</td>
                <td>{valueText(delta.rise, delta.unit, null)}</td>
                <td>{delta.hours} h</td>
                <td>{delta.reason}</td>
              </tr>
            ))}
          </ScrollingTable>
        </>
      )}
      <h3>Critical findings of imaging</h3>
      <ScrollingTable label="Critical findings of imaging" heads={['Finding', 'SNOMED CT', 'Source']}>
        {data.findings.map(({ code, name, source }) => (
          <tr key={code}>
            <th scope="row">{name}</th>
            <td>{code}</td>
            <td className={classes.quiet}>{source}</td>
          </tr>
        ))}
      </ScrollingTable>
      <h3>Your organization's own</h3>
      <SettingText name="critical-limits" label="Critical limits" />
      <SettingText name="critical-deltas" label="Critical changes" />
      <SettingText name="critical-findings" label="Critical findings" />
      <Confirm
        title="Approve these limits?"
        opened={approving}
        action="Approve"
        busy={approve.isPending}
        onConfirm={() => approve.mutate(data.version)}
        onClose={() => setApproving(false)}
      >
        <p>You say in your name that this version of the limits is right for your laboratory. A change of the limits asks for it again.</p>
        {approve.error && <ActionFailure done="approved" error={approve.error} />}
      </Confirm>
    </>
  );
}

function valueText(value: number | null, unit: string, reason: string | null | undefined): string {
  if (value === null || value === undefined) return '—';
  return [`${value} ${unitText(unit)}`, reason].filter(Boolean).join(' · ');
}

function whomText({ minAgeDays, maxAgeDays, sex }: Limit): string {
  const ages = [minAgeDays ? `from ${ageText(minAgeDays)}` : null, maxAgeDays ? `up to ${ageText(maxAgeDays)}` : null];
  return [sex, ...ages].filter(Boolean).join(', ') || 'everybody';
}

function ageText(days: number): string {
  return days < 730 ? `${days} days` : `${Math.floor(days / 365)} years`;
}
