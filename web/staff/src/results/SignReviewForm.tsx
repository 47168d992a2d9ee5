import { Autocomplete, Button, Textarea } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useKept } from '../ui/useKept';
import type { BiopsyStep } from './biopsies';
import classes from './Biopsy.module.css';

const usual = ['No further treatment', 'Call the patient', 'Follow-up visit', 'Excision', 'Referral'];

interface SignReviewFormProps {
  biopsyId: string;
  busy: boolean;
  onSign: (step: BiopsyStep) => void;
}

/** The provider signs that the result was seen, and what is to be done. */
export function SignReviewForm({ biopsyId, busy, onSign }: SignReviewFormProps) {
  const { fields: { decision, note }, set } = useKept(`biopsy ${biopsyId} review`, () => ({ decision: '', note: '' }));
  const [tried, setTried] = useState(false);

  function sign(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (decision.trim() === '') return;
    onSign({ kind: 'review', decision: decision.trim(), ...(note.trim() ? { note: note.trim() } : {}) });
  }

  return (
    <form className={classes.form} onSubmit={sign}>
      <Autocomplete
        label="What is to be done?"
        data={usual}
        value={decision}
        maxLength={1_000}
        openOnFocus={false}
        comboboxProps={{ withinPortal: false }}
        withScrollArea={false}
        error={tried && decision.trim() === '' && 'Say what is to be done. Nothing was signed.'}
        onChange={(text) => set({ decision: text })}
      />
      <Textarea label="Note" rows={2} value={note} maxLength={4_000} onChange={(event) => set({ note: event.currentTarget.value })} />
      <Button type="submit" loading={busy}>
        Sign the review
      </Button>
    </form>
  );
}
