import { Problem } from '@vagus/client';
import { Observable } from '../observable';
import { Told } from './failures';

/** A change waits until the person has shown once more who it is; answered with whether that was done. */
export const proofAsked = new Observable<((isProved: boolean) => void) | null>(null);

/**
 * Runs a change that the server takes from a fresh sign-in alone: the person is asked for the proof, and then it runs again. `prove`
 * answers whether it was given.
 */
export async function withFreshSignIn<T>(run: () => Promise<T>, prove: () => Promise<boolean> = askForProof): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'fresh_sign_in_required') throw error;
  }
  if (!(await prove())) throw new Told('You did not confirm who you are. Nothing was changed.');
  return run();
}

export function askForProof(): Promise<boolean> {
  return new Promise((resolve) => {
    // A second change that waits meanwhile takes the place of the first.
    proofAsked.value?.(false);
    proofAsked.set((isProved) => {
      proofAsked.set(null);
      resolve(isProved);
    });
  });
}
