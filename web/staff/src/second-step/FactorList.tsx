import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import type { Factor, Factors } from '../data/care/factors';
import { dateText } from '../time/words';
import classes from './SecondStep.module.css';

interface FactorListProps {
  readonly factors: Factors;
  readonly onRemove: (id: string) => void;
}

export function FactorList({ factors: { items, recoveryCodesLeft }, onRemove }: FactorListProps) {
  if (items.length === 0) return <p className={classes.card}>Nothing yet. Your password alone opens your account.</p>;
  return (
    <>
      <ul className={classes.list} aria-label="Second step of sign-in">
        {items.map((factor) => (
          <FactorRow key={factor.id} factor={factor} onRemove={() => onRemove(factor.id)} />
        ))}
      </ul>
      <p className={classes.quiet}>
        {recoveryCodesLeft === 1 ? '1 recovery code is left.' : `${recoveryCodesLeft} recovery codes are left.`}
      </p>
    </>
  );
}

function FactorRow({ factor, onRemove }: { readonly factor: Factor; readonly onRemove: () => void }) {
  const [isAsked, setAsked] = useState(false);
  const name = factor.name || (factor.kind === 'totp' ? 'Authenticator app' : 'Passkey');
  return (
    <li className={classes.card}>
      <strong>{name}</strong>
      <span className={classes.quiet}>
        {`since ${dateText(factor.createdAt)}`}
        {factor.lastUsedAt && `, last used on ${dateText(factor.lastUsedAt)}`}
      </span>
      {isAsked ? (
        <Group gap="xs">
          <span>Remove {name}?</span>
          <Button size="compact-sm" color="red" onClick={onRemove}>
            Remove
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => setAsked(false)}>
            Keep it
          </Button>
        </Group>
      ) : (
        <Button size="compact-sm" variant="default" aria-label={`Remove ${name}…`} onClick={() => setAsked(true)}>
          Remove…
        </Button>
      )}
    </li>
  );
}
