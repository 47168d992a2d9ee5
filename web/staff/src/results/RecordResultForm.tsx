import { Button, Group, Radio, Textarea, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useKept } from '../ui/useKept';
import type { BiopsyStep } from './biopsies';
import classes from './Biopsy.module.css';

interface RecordResultFormProps {
  biopsyId: string;
  busy: boolean;
  onRecord: (step: BiopsyStep) => void;
  onBack: () => void;
}

/** What the laboratory found. It reaches the ordering provider at once. */
export function RecordResultForm({ biopsyId, busy, onRecord, onBack }: RecordResultFormProps) {
  const { fields, set } = useKept(`biopsy ${biopsyId} result`, () => ({ diagnosis: '', malignant: '' as '' | 'yes' | 'no', report: '' }));
  const { diagnosis, malignant, report } = fields;
  const [tried, setTried] = useState(false);

  function record(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    // Nobody has said no who has not looked at the question.
    if (diagnosis.trim() === '' || malignant === '') return;
    const more = report.trim() ? { report: report.trim() } : {};
    onRecord({ kind: 'result', diagnosis: diagnosis.trim(), isMalignant: malignant === 'yes', ...more });
  }

  return (
    <form className={classes.form} onSubmit={record}>
      <TextInput
        label="Diagnosis"
        autoComplete="off"
        value={diagnosis}
        maxLength={1_000}
        error={tried && diagnosis.trim() === '' && 'Write down the diagnosis. Nothing was recorded.'}
        onChange={(event) => set({ diagnosis: event.currentTarget.value })}
      />
      <Radio.Group
        label="Malignant?"
        value={malignant}
        error={tried && malignant === '' && 'Say whether it is malignant. Nothing was recorded.'}
        onChange={(value) => set({ malignant: value === 'yes' ? 'yes' : 'no' })}
      >
        <Group gap="md">
          <Radio value="yes" label="Yes, malignant" />
          <Radio value="no" label="No, not malignant" />
        </Group>
      </Radio.Group>
      <Textarea label="Report" rows={3} value={report} onChange={(event) => set({ report: event.currentTarget.value })} />
      <Group>
        <Button type="submit" loading={busy}>
          Record the result
        </Button>
        <Button variant="default" onClick={onBack}>
          Back
        </Button>
      </Group>
    </form>
  );
}
