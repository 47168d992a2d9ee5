import { VisuallyHidden } from '@mantine/core';
import { useObservable } from '../observable';
import { announcement, urgentAnnouncement } from './announcements';

/** Mounted empty when the app starts: screen readers ignore a live region that appears together with its text. */
export function Announcer() {
  const text = useObservable(announcement);
  const urgent = useObservable(urgentAnnouncement);
  return (
    <>
      <VisuallyHidden aria-live="polite" aria-atomic="true" data-announcer>
        {text}
      </VisuallyHidden>
      <VisuallyHidden aria-live="assertive" aria-atomic="true" data-urgent-announcer>
        {urgent}
      </VisuallyHidden>
    </>
  );
}
