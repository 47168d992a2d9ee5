import { watchPrinting } from '../ui/usePrinting';

const attribute = 'data-mantine-color-scheme';

/** Paper is white: a dark screen is printed in the light scheme. */
export function printInLight(): void {
  const root = document.documentElement;
  let scheme: string | null = null;
  watchPrinting((isPrinting) => {
    if (isPrinting && scheme === null) {
      scheme = root.getAttribute(attribute);
      root.setAttribute(attribute, 'light');
    } else if (!isPrinting && scheme !== null) {
      root.setAttribute(attribute, scheme);
      scheme = null;
    }
  });
}
