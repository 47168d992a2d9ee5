import { Button, Group } from '@mantine/core';
import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { IconLock } from '@tabler/icons-react';
import { useEffect } from 'react';
import { connection } from '../data/session/session';
import { failureText, PageNotLoaded } from '../ui/failures';
import { Nothing } from '../ui/Notice';
import { PageHeading } from '../ui/PageHeading';
import { loadAgain } from './newVersion';
import classes from './StrayPages.module.css';

export function NotFoundPage() {
  return (
    <div className={classes.page}>
      <p className={classes.code}>404</p>
      <PageHeading title="Page not found" />
      <p>There is nothing at this address. The link may be old, or a letter may be missing.</p>
      <Button component={Link} to="/">
        Go to the start
      </Button>
    </div>
  );
}

/** A page that is not open to the role. It asks the server for nothing. */
export function RefusedPage({ title }: { title: string }) {
  return (
    <>
      <PageHeading title={title} />
      <Nothing icon={<IconLock size={32} aria-hidden="true" />}>
        This page is not open to your role. Ask your administrator if you need it.
      </Nothing>
    </>
  );
}

/** For failures before there is a frame around the page: it brings its own main landmark. */
export function BareErrorPage(properties: ErrorComponentProps) {
  return (
    <main>
      <ErrorPage {...properties} />
    </main>
  );
}

export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const files = error instanceof PageNotLoaded;
  const away = files && error.because === 'unreachable';

  function tryAgain(): void {
    // Browsers and the loader remember files that failed; a page whose files are missing holds nothing that could be lost.
    if (files) return void loadAgain().catch(() => undefined);
    reset();
    void router.invalidate();
  }

  useEffect(() => {
    // Files that are missing on a server that answers stay missing: loading again by itself would never stop.
    if (!away) return undefined;
    return connection.watchState(() => connection.state.status === 'live' && void loadAgain().catch(() => undefined));
  }, [away]);

  return (
    <div className={classes.page} role="alert">
      <PageHeading title={files ? 'This page is not loaded yet' : 'Something went wrong'} />
      <p>{failureText(error)}</p>
      <Group>
        <Button onClick={tryAgain}>Try again</Button>
        <Button variant="default" component="a" href="/">
          Start over
        </Button>
      </Group>
    </div>
  );
}
