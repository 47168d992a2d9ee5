import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import { useMay, useSigns } from '../data/session/permissions';
import { ActionFailure } from '../ui/ActionFailure';
import { announce } from '../ui/announcements';
import { NotSent } from '../ui/NotSent';
import { forgetKept } from '../ui/useKept';
import { useBiopsyStep, type Biopsy, type BiopsyStep } from './biopsies';
import { RecordResultForm } from './RecordResultForm';
import { SignReviewForm } from './SignReviewForm';

const words = { status: 'changed', review: 'signed', result: 'recorded' } as const;

/** What comes next, as far as this person may do it. */
export function BiopsyActions({ biopsy }: { biopsy: Biopsy }) {
  const may = useMay();
  const signs = useSigns();
  const [recording, setRecording] = useState(false);
  const step = useBiopsyStep(biopsy, ({ kind }) => {
    // The form that was sent, and no other: what is written for a result outlives that the tissue is marked as sent.
    forgetKept(`biopsy ${biopsy.id} ${kind}`);
    announce('Saved');
  });
  const take = (next: BiopsyStep) => step.mutate(next);
  const isOpen = biopsy.status === 'ordered' || biopsy.status === 'collected' || biopsy.status === 'sent';
  // Who treats moves a biopsy on and signs; who works in the laboratory records what was found.
  const treats = may('update', 'Condition');
  const reports = may('create', 'DiagnosticReport') && (!treats || may('read', 'AuditEvent'));
  return (
    <>
      {step.isError && <ActionFailure done={words[step.variables.kind]} error={step.error} />}
      {biopsy.status === 'resulted' && signs && <SignReviewForm biopsyId={biopsy.id} busy={step.isPending} onSign={take} />}
      {biopsy.status === 'resulted' && !signs && <p>It waits for the review of a provider.</p>}
      {!step.isPending && !step.isSuccess && (
        <>
          {biopsy.status !== 'resulted' && <NotSent form={`biopsy ${biopsy.id} review`} why="A colleague has signed it meanwhile." />}
          {!isOpen && <NotSent form={`biopsy ${biopsy.id} result`} why="A colleague has recorded the result meanwhile." />}
        </>
      )}
      {isOpen && recording && (
        <RecordResultForm biopsyId={biopsy.id} busy={step.isPending} onRecord={take} onBack={() => setRecording(false)} />
      )}
      {isOpen && !recording && (treats || reports) && (
        <Group gap="xs">
          {treats && biopsy.status === 'ordered' && (
            <Button loading={step.isPending} onClick={() => take({ kind: 'status', status: 'collected' })}>
              Mark as taken
            </Button>
          )}
          {treats && biopsy.status === 'collected' && (
            <Button loading={step.isPending} onClick={() => take({ kind: 'status', status: 'sent' })}>
              Mark as sent
            </Button>
          )}
          {reports && <Button onClick={() => setRecording(true)}>Record the result…</Button>}
          {treats && (
            <Button variant="default" disabled={step.isPending} onClick={() => take({ kind: 'status', status: 'cancelled' })}>
              Cancel the biopsy
            </Button>
          )}
        </Group>
      )}
    </>
  );
}
