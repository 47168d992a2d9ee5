import type { ReactNode } from 'react';
import { Brand } from '../ui/Brand';
import { PageHeading } from '../ui/PageHeading';
import classes from './Door.module.css';

/** A page that is open to everybody. */
export function Door({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={classes.page}>
      <header>
        <Brand />
      </header>
      <main className={classes.card}>
        <PageHeading title={title} />
        {children}
      </main>
    </div>
  );
}
