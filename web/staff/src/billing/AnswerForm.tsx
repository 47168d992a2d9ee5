import { Button, Select, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useKept } from '../ui/useKept';
import classes from './Billing.module.css';
import type { ClaimState } from './billingSearch';
import { nextStates, type Claim, type ClaimStep } from './claims';

const answers: Readonly<Record<ClaimState, string>> = {
  denied: 'Denied',
  draft: 'Draft',
  submitted: 'Submitted',
  accepted: 'Accepted',
  partially_paid: 'Pays a part',
  paid: 'Pays all',
};

interface AnswerFormProps {
  claim: Claim;
  busy: boolean;
  onAnswer: (step: ClaimStep) => void;
}

/** What the insurer answered. */
export function AnswerForm({ claim, busy, onAnswer }: AnswerFormProps) {
  const states = nextStates[claim.status];
  const { fields, set } = useKept(`claim ${claim.id}`, () => ({ status: null as ClaimState | null, reason: '', amount: '' }));
  const { reason, amount } = fields;
  // What may follow changes with the claim.
  const status = states.find((each) => each === fields.status) ?? null;
  const [tried, setTried] = useState(false);
  const isPart = status === 'partially_paid';
  const paid = Number(amount.trim() || 'none');
  const isWrongAmount = isPart && !(paid > 0 && paid < claim.total);

  function record(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (status === null || isWrongAmount) return;
    const said = reason.trim();
    onAnswer({ kind: 'status', status, ...(said ? { reason: said } : {}), ...(isPart ? { amountPaid: paid } : {}) });
  }

  return (
    <form className={classes.form} noValidate onSubmit={record}>
      <Select
        label="The insurer's answer"
        placeholder="Choose…"
        data={states.map((value) => ({ value, label: answers[value] }))}
        value={status}
        error={tried && status === null && 'Choose what the insurer answered. Nothing was recorded.'}
        onChange={(value) => set({ status: value as ClaimState | null })}
      />
      {isPart && (
        <TextInput
          label="Amount that the insurer pays"
          inputMode="decimal"
          autoComplete="off"
          value={amount}
          error={tried && isWrongAmount && 'More than nothing and less than the total'}
          onChange={(event) => set({ amount: event.currentTarget.value })}
        />
      )}
      {status === 'denied' && (
        <TextInput label="Reason" autoComplete="off" value={reason} onChange={(event) => set({ reason: event.currentTarget.value })} />
      )}
      <Button type="submit" loading={busy}>
        Record the answer
      </Button>
    </form>
  );
}
