import type { ReactNode } from 'react';
import { usePortal } from '../data/portal';
import { PageHeading } from '../ui/PageHeading';
import { useWords } from '../words/useWords';
import { languages } from '../words/write';
import classes from './DoorPage.module.css';

const names = { en: 'English', es: 'Español' } as const;

/** A page that is open to everybody: a card, and the language. */
export function DoorPage({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const { t, language } = useWords();
  const portal = usePortal();
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <span>{t('frame.portal')}</span>
        <div role="group" aria-label={t('language.label')} className="row">
          {languages.map((each) => (
            <button
              key={each}
              type="button"
              lang={each}
              className="button"
              data-kind="quiet"
              aria-pressed={each === language}
              onClick={() => portal.language.choose(each)}
            >
              {names[each]}
            </button>
          ))}
        </div>
      </header>
      <main className={`card stack ${classes.card}`}>
        <PageHeading title={title} />
        {children}
      </main>
      <footer className="muted small">{t('gate.always')}</footer>
    </div>
  );
}
