import classes from './Brand.module.css';

/** `besideState`: the mark stands alone where the room is needed for how live the screen is. */
export function Brand({ besideState = false }: { besideState?: boolean }) {
  return (
    <span className={classes.brand}>
      <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">
        <rect width="32" height="32" rx="8" fill="var(--mantine-color-blue-8)" />
        <path
          d="M5 17h5l3-8 5 14 3-6h6"
          fill="none"
          stroke="#fff"
          strokeWidth="2.6"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      <span className={besideState ? classes.word : undefined}>Vagus</span>
    </span>
  );
}
