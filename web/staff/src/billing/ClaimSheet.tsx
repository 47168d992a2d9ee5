import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { usePatientsById } from '../data/fhir/patientsById';
import { useMay } from '../data/session/permissions';
import { dateAndTime } from '../time/words';
import { ActionFailure } from '../ui/ActionFailure';
import { announce } from '../ui/announcements';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure } from '../ui/Notice';
import { PatientFacts } from '../ui/PatientFacts';
import { SideSheet } from '../ui/SideSheet';
import list from '../ui/Worklist.module.css';
import { AnswerForm } from './AnswerForm';
import classes from './Billing.module.css';
import { claimQuery, moneyText, nextStates, stateWords, useClaimStep, type Claim } from './claims';

/** One claim: what it is made of, what became of it, and what the insurer answers next. */
export function ClaimSheet({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, error, refetch } = useQuery(claimQuery(id));
  const person = usePatientsById([data?.patientId]).get(data?.patientId ?? '');
  return (
    <SideSheet title={data?.payer ? `Claim to ${data.payer}` : 'Claim'} onClose={onClose}>
      {!data && !error && <LoadingRows label="Loading the claim" count={4} height={32} />}
      {error && !data && <LoadFailure what="The claim" error={error} onRetry={() => void refetch()} />}
      {data && (
        <>
          {person && <PatientFacts person={person} />}
          <Facts claim={data} />
          <Lines claim={data} />
          <Actions key={data.status} claim={data} />
        </>
      )}
    </SideSheet>
  );
}

function Facts({ claim }: { claim: Claim }) {
  const { currency } = claim;
  const facts: readonly (readonly [string, string])[] = [
    ['State', stateWords[claim.status]],
    ...(claim.reason ? [['Reason', claim.reason] as const] : []),
    ['Total', moneyText(claim.total, currency)],
    ['Insurer pays', moneyText(claim.amountPaid, currency) || 'not told'],
    ['Received', moneyText(claim.received ?? 0, currency)],
    ['Still open', moneyText(claim.balance ?? claim.total, currency)],
    ['Last change', dateAndTime(claim.updatedAt)],
  ];
  return (
    <dl className={list.facts}>
      {facts.map(([name, value]) => (
        <div key={name} className={classes.fact}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Lines({ claim }: { claim: Claim }) {
  if (claim.lines.length === 0) return <p>The claim has no lines.</p>;
  return (
    <table className={classes.lines}>
      <thead>
        <tr>
          <th scope="col">Code</th>
          <th scope="col">For</th>
          <th scope="col">Amount</th>
        </tr>
      </thead>
      <tbody>
        {claim.lines.map(({ code, description, amount }, index) => (
          <tr key={index}>
            <th scope="row">{code ?? '—'}</th>
            <td>{description ?? ''}</td>
            <td>{moneyText(amount, claim.currency)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Actions({ claim }: { claim: Claim }) {
  const may = useMay();
  const step = useClaimStep(claim, () => announce('Saved'));
  if (!may('update', 'Claim')) return null;
  return (
    <>
      {step.error && <ActionFailure done={step.variables?.kind === 'submit' ? 'submitted' : 'recorded'} error={step.error} />}
      {claim.status === 'draft' && (
        <Group>
          <Button loading={step.isPending} onClick={() => step.mutate({ kind: 'submit' })}>
            Submit to the insurer
          </Button>
        </Group>
      )}
      {nextStates[claim.status].length > 0 && <AnswerForm claim={claim} busy={step.isPending} onAnswer={step.mutate} />}
    </>
  );
}
