import { VisuallyHidden } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { announcement, watchAnnouncement } from './announcements';

/** Mounted empty when the app starts: screen readers ignore a live region that appears together with its text. */
export function Announcer() {
  const text = useSyncExternalStore(watchAnnouncement, announcement);
  return (
    <VisuallyHidden aria-live="polite" aria-atomic="true" data-announcer>
      {text}
    </VisuallyHidden>
  );
}
