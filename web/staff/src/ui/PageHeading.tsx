import { Title } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode } from 'react';

interface PageHeadingProps {
  /** Also the document's title; says what the page is, never whom it is about. */
  title: string;
  children?: ReactNode;
}

/** The page's only h1. Coming from another page, focus moves here, so that a screen reader starts at the top. */
export function PageHeading({ title, children }: PageHeadingProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { history } = useRouter();
  useEffect(() => {
    document.title = `${title} · Vagus`;
    // The first page of a visit leaves focus where the browser put it.
    if (cameFromAnotherPage(history.location.pathname)) {
      window.scrollTo(0, 0);
      heading.current?.focus({ preventScroll: true });
    }
  }, [title, history]);
  return (
    <Title order={1} ref={heading} tabIndex={-1}>
      {children ?? title}
    </Title>
  );
}

let lastPath: string | undefined;

function cameFromAnotherPage(path: string): boolean {
  const came = lastPath !== undefined && lastPath !== path;
  lastPath = path;
  return came;
}
