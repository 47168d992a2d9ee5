import { IconPhone } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { Choice } from '../ui/Field';
import { Notice } from '../ui/Notice';
import { useWords } from '../words/useWords';

const signs = ['gate.chest', 'gate.breath', 'gate.stroke', 'gate.bleeding', 'gate.harm'] as const;

/**
 * Stands before every new message and remembers nothing, so that it cannot be skipped by habit: neither answer is chosen before, pressing
 * Enter alone goes nowhere, and only the answer "no" leads on.
 */
export function UrgentCareGate({ onPassed }: { readonly onPassed: () => void }) {
  const { t } = useWords();
  const [answer, setAnswer] = useState<'yes' | 'no' | null>(null);
  const [wasTried, setTried] = useState(false);

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (answer === 'no') onPassed();
  }

  return (
    <form onSubmit={submit} className="stack">
      <h2>{t('gate.question')}</h2>
      <ul className="card" aria-label={t('gate.signs')}>
        {signs.map((key) => (
          <li key={key}>• {t(key)}</li>
        ))}
      </ul>
      <fieldset className="list">
        <legend className="legend">{t('gate.legend')}</legend>
        <Choice type="radio" name="urgent" checked={answer === 'yes'} onChange={() => setAnswer('yes')}>
          {t('gate.yes')}
        </Choice>
        <Choice type="radio" name="urgent" checked={answer === 'no'} onChange={() => setAnswer('no')}>
          {t('gate.no')}
        </Choice>
      </fieldset>
      {answer === 'yes' && (
        <Notice tone="grave" role="alert">
          <p>
            <strong>{t('gate.callNow')}</strong>
          </p>
          <p>{t('gate.notRead')}</p>
          <div className="row">
            <Call number="911" />
            <Call number="112" />
          </div>
        </Notice>
      )}
      {wasTried && answer === null && (
        <p role="alert" className="mistake">
          {t('gate.choose')}
        </p>
      )}
      {answer !== 'yes' && (
        <button type="submit" className="button" data-kind="main">
          {t('gate.go')}
        </button>
      )}
    </form>
  );
}

function Call({ number }: { readonly number: string }) {
  const { t } = useWords();
  return (
    <a href={`tel:${number}`} className="button" data-kind="grave">
      <IconPhone size={20} aria-hidden="true" />
      {t('gate.call', { number })}
    </a>
  );
}
