import { useRouter } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useObservable, usePortal } from '../data/portal';

interface PageHeadingProps {
  /** Also the document's title, behind the number of unread conversations; says what the page is, never whom it is about. */
  readonly title: string;
}

/** The page's only h1. Coming from another page, focus moves here, so that a screen reader starts at the top. */
export function PageHeading({ title }: PageHeadingProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { history } = useRouter();
  const unread = useObservable(usePortal().unread);
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) ${title}` : title;
    const path = history.location.pathname;
    // The first page of a visit leaves focus where the browser put it.
    if (lastPath !== undefined && lastPath !== path) {
      window.scrollTo(0, 0);
      heading.current?.focus({ preventScroll: true });
    }
    lastPath = path;
  }, [title, unread, history]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {title}
    </h1>
  );
}

let lastPath: string | undefined;
