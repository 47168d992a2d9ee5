import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { forAsker } from '../data/session/session';
import { failureTitle } from './ActionFailure';
import { failureText } from './failures';
import { tellOutcome } from './outcomes';

interface Action<Input, Result> {
  run: (input: Input) => Promise<Result>;
  /** What would have happened, for the failure: "checked in". */
  done: (input: Input) => string;
  /** Whom and what it is about, where it is no longer on screen. */
  about: (input: Input) => string;
  onSuccess: (result: Result, input: Input) => void;
  /** Where it was asked for, unless that place is gone: closing it, going on. */
  thenHere: (result: Result, input: Input) => void;
  onError?: (error: Error, input: Input) => void;
}

/**
 * Something that a person asks the server to do. It runs at once, also offline, where it fails at once: nothing waits in secret.
 * A failure is shown where it happened; when that place is gone (dialog closed, page left), on top of every page. When the person is gone,
 * nobody is told.
 */
export function useAction<Input, Result>({ run, done, about, onSuccess, thenHere, onError }: Action<Input, Result>) {
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
  return useMutation({
    mutationFn: (input: Input) => forAsker(run(input)),
    onSuccess: (result, input) => {
      onSuccess(result, input);
      if (here.current) thenHere(result, input);
    },
    onError: (error: Error, input) => {
      onError?.(error, input);
      if (!here.current) tellOutcome(`${failureTitle(done(input), error)}: ${about(input)}`, failureText(error));
    },
  });
}
