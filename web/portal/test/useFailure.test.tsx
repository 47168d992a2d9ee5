// @vitest-environment jsdom
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { act, cleanup, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, expect, test } from 'vitest';
import { useFailure } from '../src/ui/useFailure';

afterEach(cleanup);

/** A query of the given key whose asks are answered one by one, by the test. */
function asked(key: string) {
  const asks: { answer: (value: string) => void; fail: (error: Error) => void }[] = [];
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const hook = renderHook(
    (props: { key: string }) => {
      const query = useQuery({
        queryKey: [props.key],
        queryFn: () => new Promise<string>((answer, fail) => asks.push({ answer, fail })),
      });
      return { query, failure: useFailure(query) };
    },
    {
      initialProps: { key },
      wrapper: ({ children }: { children: ReactNode }) => <QueryClientProvider client={queries}>{children}</QueryClientProvider>,
    },
  );
  return { asks, queries, hook };
}

test('A failure stays while the same is asked again, and goes with its answer', async () => {
  const { asks, queries, hook } = asked('one');
  const failure = new Error('missing');
  act(() => asks[0]?.fail(failure));
  await waitFor(() => expect(hook.result.current.failure).toBe(failure));

  act(() => void queries.invalidateQueries());
  await waitFor(() => expect(asks).toHaveLength(2));

  expect(hook.result.current.query.isPending).toBe(true);
  expect(hook.result.current.failure).toBe(failure);
  act(() => asks[1]?.answer('here'));
  await waitFor(() => expect(hook.result.current.query.data).toBe('here'));
  expect(hook.result.current.failure).toBeNull();
});

test('The failure of another query is not this one\'s', async () => {
  const { asks, hook } = asked('one');
  act(() => asks[0]?.fail(new Error('missing')));
  await waitFor(() => expect(hook.result.current.failure).not.toBeNull());

  hook.rerender({ key: 'two' });

  await waitFor(() => expect(asks).toHaveLength(2));
  expect(hook.result.current.failure).toBeNull();
});
