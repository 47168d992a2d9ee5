import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { failureKey } from '../ui/failures';
import { PageHeading } from '../ui/PageHeading';
import { useWords } from '../words/useWords';

export function NotFoundPage() {
  const { t } = useWords();
  return (
    <div className="stack">
      <PageHeading title={t('stray.notFound')} />
      <p>{t('stray.notFoundText')}</p>
      <Link to="/messages" className="button">
        {t('stray.toMessages')}
      </Link>
    </div>
  );
}

/** Also for failures before there is a frame around the page: it brings its own main landmark. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const { t } = useWords();
  const router = useRouter();
  const again = () => {
    reset();
    void router.invalidate();
  };
  const latest = useRef(again);
  useEffect(() => {
    latest.current = again;
  });
  // Opened without a network: it goes on by itself.
  useEffect(() => {
    const online = () => latest.current();
    window.addEventListener('online', online);
    return () => window.removeEventListener('online', online);
  }, []);
  return (
    <main className="stack card" role="alert">
      <PageHeading title={t('stray.failed')} />
      <p>{t(failureKey(error))}</p>
      <button
        type="button"
        className="button"
        data-kind="main"
        onClick={again}
      >
        {t('common.tryAgain')}
      </button>
    </main>
  );
}
