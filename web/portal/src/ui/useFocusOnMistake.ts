import { useEffect, useRef } from 'react';

/** After each try to send that ends with mistakes, focus goes to the first field that has one: what is wrong is read out with it. */
export function useFocusOnMistake(tries: number) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (tries > 0) form.current?.querySelector<HTMLElement>('[data-mistaken], [aria-invalid=true]')?.focus();
  }, [tries]);
  return form;
}
