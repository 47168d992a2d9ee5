import { Button, Group } from '@mantine/core';
import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { failureText } from './Notice';
import { PageHeading } from './PageHeading';
import classes from './StrayPages.module.css';

export function NotFoundPage() {
  return (
    <div className={classes.page}>
      <p className={classes.code}>404</p>
      <PageHeading title="Page not found" />
      <p>There is nothing at this address. The link may be old, or a letter may be missing.</p>
      <Button component={Link} to="/">
        Go to the schedule
      </Button>
    </div>
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
  return (
    <div className={classes.page} role="alert">
      <PageHeading title="Something went wrong" />
      <p>{error instanceof Error ? failureText(error) : 'An unknown failure.'}</p>
      <Group>
        <Button
          onClick={() => {
            reset();
            void router.invalidate();
          }}
        >
          Try again
        </Button>
        <Button variant="default" component="a" href="/">
          Start over
        </Button>
      </Group>
    </div>
  );
}
