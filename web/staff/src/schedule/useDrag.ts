import { useEffect, useRef, useState, type PointerEvent as Press } from 'react';
import { canMove } from '../appointments/appointment';
import type { Appointment } from '../data/fhir/resources';

/** A pointer that moves less has pressed. */
const slack = 6;
const stepMinutes = 5;

export interface Drop {
  readonly appointment: Appointment;
  readonly column: string;
  /** Since midnight of the column's day. */
  readonly minutes: number;
}

interface Dragged {
  readonly appointment: Appointment;
  readonly x: number;
  readonly y: number;
}

interface Grip {
  readonly appointment: Appointment;
  readonly card: HTMLElement;
  readonly fromX: number;
  readonly fromY: number;
  /** How far below its upper edge the card is held. */
  readonly below: number;
}

/** Dragging cards with a mouse. Where a card is let go it is asked for; nothing is changed by dragging alone. */
export function useDrag(isAllowed: boolean, firstHour: number, scale: number, onDrop: (drop: Drop) => void) {
  const [dragged, setDragged] = useState<Dragged | null>(null);
  const grip = useRef<Grip | null>(null);
  const latest = useRef({ firstHour, scale, onDrop });
  useEffect(() => {
    latest.current = { firstHour, scale, onDrop };
  });
  useEffect(() => {
    const move = (event: PointerEvent) => {
      const held = grip.current;
      if (!held) return;
      const [x, y] = [event.clientX - held.fromX, event.clientY - held.fromY];
      if (Math.hypot(x, y) > slack) setDragged({ appointment: held.appointment, x, y });
    };
    const release = (event: PointerEvent) => {
      const held = grip.current;
      end();
      if (!held || Math.hypot(event.clientX - held.fromX, event.clientY - held.fromY) <= slack) return;
      // The click that follows opens nothing.
      window.addEventListener('click', swallow, { capture: true, once: true });
      setTimeout(() => window.removeEventListener('click', swallow, { capture: true }));
      const slots = columnAt(event.clientX);
      if (!slots) return;
      const { firstHour: first, scale: pixels, onDrop: drop } = latest.current;
      const top = event.clientY - held.below - slots.getBoundingClientRect().top;
      const minutes = Math.round((first * 60 + top / pixels) / stepMinutes) * stepMinutes;
      drop({ appointment: held.appointment, column: slots.dataset['column'] ?? '', minutes: Math.max(0, Math.min(minutes, 24 * 60 - 5)) });
    };
    const give = (event: KeyboardEvent) => event.key === 'Escape' && grip.current && end();
    const end = () => {
      grip.current = null;
      setDragged(null);
    };
    document.addEventListener('pointermove', move);
    document.addEventListener('pointerup', release);
    document.addEventListener('pointercancel', end);
    document.addEventListener('keydown', give);
    return () => {
      document.removeEventListener('pointermove', move);
      document.removeEventListener('pointerup', release);
      document.removeEventListener('pointercancel', end);
      document.removeEventListener('keydown', give);
    };
  }, []);

  function hold(event: Press<HTMLElement>, appointment: Appointment): void {
    if (!isAllowed || event.pointerType !== 'mouse' || event.button !== 0 || !canMove(appointment)) return;
    const card = event.currentTarget;
    const below = event.clientY - card.getBoundingClientRect().top;
    grip.current = { appointment, card, fromX: event.clientX, fromY: event.clientY, below };
  }

  return { dragged, hold };
}

function swallow(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}

function columnAt(x: number): HTMLElement | null {
  for (const slots of document.querySelectorAll<HTMLElement>('[data-column]')) {
    const { left, right } = slots.getBoundingClientRect();
    if (x >= left && x <= right) return slots;
  }
  return null;
}
