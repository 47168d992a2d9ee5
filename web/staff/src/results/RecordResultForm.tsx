import { Button, Group, Switch, Textarea, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { BiopsyStep } from './biopsies';
import classes from './Biopsy.module.css';

interface RecordResultFormProps {
  busy: boolean;
  onRecord: (step: BiopsyStep) => void;
  onBack: () => void;
}

/** What the laboratory found. It reaches the ordering provider at once. */
export function RecordResultForm({ busy, onRecord, onBack }: RecordResultFormProps) {
  const [diagnosis, setDiagnosis] = useState('');
  const [isMalignant, setMalignant] = useState(false);
  const [report, setReport] = useState('');
  const [tried, setTried] = useState(false);

  function record(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (diagnosis.trim() === '') return;
    onRecord({ kind: 'result', diagnosis: diagnosis.trim(), isMalignant, ...(report.trim() ? { report: report.trim() } : {}) });
  }

  return (
    <form className={classes.form} onSubmit={record}>
      <TextInput
        label="Diagnosis"
        autoComplete="off"
        value={diagnosis}
        maxLength={1_000}
        error={tried && diagnosis.trim() === '' && 'Write down the diagnosis. Nothing was recorded.'}
        onChange={(event) => setDiagnosis(event.currentTarget.value)}
      />
      <Switch label="Malignant" checked={isMalignant} onChange={(event) => setMalignant(event.currentTarget.checked)} />
      <Textarea label="Report" rows={3} value={report} onChange={(event) => setReport(event.currentTarget.value)} />
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
