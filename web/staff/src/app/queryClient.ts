import { Problem } from '@vagus/client';
import { QueryClient } from '@tanstack/react-query';
import { FhirRefusal } from '../fhir/requests';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Events keep what is on screen current; a page that is opened again loads again.
      staleTime: 0,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      retry: (failures, error) => failures < 2 && !isRefusal(error),
    },
    mutations: { retry: false },
  },
});

/** A refusal is an answer; asking again changes nothing. */
function isRefusal(error: Error): boolean {
  return (error instanceof FhirRefusal || error instanceof Problem) && error.status < 500;
}
