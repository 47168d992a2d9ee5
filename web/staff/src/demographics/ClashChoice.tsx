import { Button, Group, Stack } from '@mantine/core';
import { changedFields, demographicsOf, labels, type Demographics } from './demographics';
import type { Saved } from './savePatient';

interface ClashChoiceProps {
  clash: Extract<Saved, { kind: 'clash' }>;
  /** What stood there when the form was opened. */
  from: Demographics;
  typed: Demographics;
  /** What shall stand there: with the colleague's other changes, and the chosen text in the fields that both changed. */
  onChoose: (taken: Demographics) => void;
}

/** A colleague wrote something else into the same fields. Nothing was saved, and nothing of theirs is overwritten unasked. */
export function ClashChoice({ clash: { current, clashes }, from, typed, onChoose }: ClashChoiceProps) {
  const theirs = demographicsOf(current);
  const pick = (fields: readonly (keyof Demographics)[]) => Object.fromEntries(fields.map((field) => [field, typed[field]]));
  const others = changedFields(from, typed).filter((field) => clashes.every((one) => one.field !== field));
  return (
    <Stack gap="sm">
      <p role="alert" style={{ margin: 0 }}>
        A colleague has changed the same meanwhile. Nothing of yours is saved yet.
      </p>
      <dl>
        {clashes.map((one) => (
          <div key={one.field}>
            <dt>
              <strong>{labels[one.field]}</strong>
            </dt>
            <dd>Theirs: {one.theirs || 'nothing'}</dd>
            <dd>Yours: {one.mine || 'nothing'}</dd>
          </div>
        ))}
      </dl>
      <Group gap="xs">
        <Button data-autofocus onClick={() => onChoose({ ...theirs, ...pick(others) })}>
          Keep theirs
        </Button>
        <Button variant="default" onClick={() => onChoose({ ...theirs, ...pick(others), ...pick(clashes.map(({ field }) => field)) })}>
          Save mine
        </Button>
      </Group>
    </Stack>
  );
}
