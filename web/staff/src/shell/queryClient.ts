import { Problem } from '@vagus/client';
import { QueryClient } from '@tanstack/react-query';
import { FhirRefusal, NoAnswer } from '../data/fhir/requests';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Asked at once, also where the browser says that it is offline: what waits in secret looks like loading for ever.
      networkMode: 'always',
      // Events keep what is on screen current; a page that is opened again loads again.
      staleTime: 0,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      retry: (failures, error) => failures < 2 && !isFinal(error),
    },
    // An action that waits would be done later, unseen, when it may no longer fit.
    mutations: { networkMode: 'always', retry: false },
  },
});

/** A refusal is an answer; asking again changes nothing. Without a network it changes nothing either. */
function isFinal(error: Error): boolean {
  if (error instanceof NoAnswer) return error.offline;
  return (error instanceof FhirRefusal || error instanceof Problem) && error.status < 500;
}
