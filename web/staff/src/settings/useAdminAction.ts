import { useQueryClient, type QueryKey } from '@tanstack/react-query';
import { announce } from '../ui/announcements';
import { withFreshSignIn } from '../ui/freshSignIn';
import { useAction } from '../ui/useAction';

interface AdminAction<Input, Result> {
  run: (input: Input) => Promise<Result>;
  /** What would have happened, for the failure: "saved". */
  done: string;
  /** What it is about, where it is no longer on screen. */
  about: string;
  /** What is loaded again. */
  reloads: QueryKey;
  thenHere?: (result: Result, input: Input) => void;
}

/** A change by an administrator: it may ask for a fresh sign-in first, and what is shown is loaded again after it. */
export function useAdminAction<Input, Result>({ run, done, about, reloads, thenHere }: AdminAction<Input, Result>) {
  const queries = useQueryClient();
  return useAction<Input, Result>({
    run: (input) => withFreshSignIn(() => run(input)),
    done: () => done,
    about: () => about,
    onSuccess: () => {
      announce('Saved');
      void queries.invalidateQueries({ queryKey: reloads });
    },
    thenHere: (result, input) => thenHere?.(result, input),
    onError: () => void queries.invalidateQueries({ queryKey: reloads }),
  });
}
