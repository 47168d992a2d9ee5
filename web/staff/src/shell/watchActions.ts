import { session } from '../data/session/session';

/** The idle time-out lives by what the person does; a screen that nobody touches is signed out. */
export function watchActions(): void {
  for (const touch of ['pointerdown', 'keydown', 'wheel']) {
    window.addEventListener(touch, () => void session.acted(), { capture: true, passive: true });
  }
}
