import { keepProgram } from '@vagus/client';
import { useEffect } from 'react';
import { push } from '../data/session/session';

/** From the first sign-in on the program is kept on the device: it can be installed, opens without a network and shows notices. */
export function useProgram(): void {
  useEffect(() => {
    if (import.meta.env.PROD) keepProgram('/sw.js', '/');
    void push.endOthers().catch(() => undefined);
  }, []);
}
