import { Button, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { usePatientsById } from '../data/fhir/patientsById';
import { useMay } from '../data/session/permissions';
import { dateAndTime, dateText } from '../time/words';
import { ActionFailure } from '../ui/ActionFailure';
import { announce } from '../ui/announcements';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure } from '../ui/Notice';
import { PatientFacts } from '../ui/PatientFacts';
import { SideSheet } from '../ui/SideSheet';
import { useKept } from '../ui/useKept';
import list from '../ui/Worklist.module.css';
import {
  authorizationMoves, authorizationQuery, authorizationWords, useAuthorizationAnswer, type Authorization, type AuthorizationState,
} from './authorizations';
import classes from './Billing.module.css';

/** One prior authorization: what was asked for, what became of it, and what the insurer answers next. */
export function AuthorizationSheet({ id, onClose }: { id: string; onClose: () => void }) {
  const may = useMay();
  const { data, error, refetch } = useQuery(authorizationQuery(id));
  const person = usePatientsById([data?.patientId]).get(data?.patientId ?? '');
  const mayAnswer = data !== undefined && may('update', 'Claim') && authorizationMoves[data.status].length > 0;
  return (
    <SideSheet title={data?.service ?? 'Prior authorization'} onClose={onClose}>
      {!data && !error && <LoadingRows label="Loading the prior authorization" count={4} height={32} />}
      {error && !data && <LoadFailure what="The prior authorization" error={error} onRetry={() => void refetch()} />}
      {data && (
        <>
          {person && <PatientFacts person={person} />}
          <Facts authorization={data} />
          {mayAnswer && <AnswerForm key={data.status} authorization={data} />}
        </>
      )}
    </SideSheet>
  );
}

function Facts({ authorization: { payer, status, reason, number, validUntil, updatedAt } }: { authorization: Authorization }) {
  const facts: readonly (readonly [string, string])[] = [
    ['State', authorizationWords[status]],
    ['Insurer', payer ?? 'not named'],
    ...(reason ? [['Reason', reason] as const] : []),
    ...(number ? [['Number', number] as const] : []),
    ...(validUntil ? [['Valid until', dateText(validUntil)] as const] : []),
    ['Last change', dateAndTime(updatedAt)],
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

const none = { status: null as AuthorizationState | null, reason: '', number: '', validUntil: '' };

function AnswerForm({ authorization }: { authorization: Authorization }) {
  const states = authorizationMoves[authorization.status];
  const { fields, set } = useKept(`authorization ${authorization.id}`, () => none);
  const status = states.find((each) => each === fields.status) ?? null;
  const [tried, setTried] = useState(false);
  const answer = useAuthorizationAnswer(authorization, () => announce('Saved'));
  const isMissingReason = status === 'denied' && fields.reason.trim() === '';

  function record(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (status === null || isMissingReason) return;
    answer.mutate({
      status,
      ...(status === 'denied' ? { reason: fields.reason.trim() } : {}),
      ...(status === 'approved' && fields.number.trim() ? { number: fields.number.trim() } : {}),
      ...(status === 'approved' && fields.validUntil ? { validUntil: fields.validUntil } : {}),
    });
  }

  return (
    <form className={classes.form} noValidate onSubmit={record}>
      <Select
        label="What became of it"
        placeholder="Choose…"
        data={states.map((value) => ({ value, label: authorizationWords[value] }))}
        value={status}
        error={tried && status === null && 'Choose what became of it. Nothing was recorded.'}
        onChange={(value) => set({ status: states.find((each) => each === value) ?? null })}
      />
      {status === 'denied' && (
        <TextInput
          label="Reason"
          autoComplete="off"
          value={fields.reason}
          error={tried && isMissingReason && 'Write why: the provider who asked is told.'}
          onChange={(event) => set({ reason: event.currentTarget.value })}
        />
      )}
      {status === 'approved' && (
        <>
          <TextInput
            label="The insurer's number"
            autoComplete="off"
            value={fields.number}
            onChange={(event) => set({ number: event.currentTarget.value })}
          />
          <TextInput
            type="date"
            label="Valid until"
            value={fields.validUntil}
            onChange={(event) => set({ validUntil: event.currentTarget.value })}
          />
        </>
      )}
      {answer.error && <ActionFailure done="recorded" error={answer.error} />}
      <Button type="submit" loading={answer.isPending}>
        Record the answer
      </Button>
    </form>
  );
}
