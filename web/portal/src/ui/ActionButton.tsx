import type { ReactNode } from 'react';

interface ActionButtonProps {
  readonly type?: 'button' | 'submit';
  readonly kind?: 'main' | 'grave' | 'quiet';
  /** It keeps focus and its name while it works, and does nothing when it is pressed again. */
  readonly isBusy?: boolean;
  readonly onPress?: () => void;
  readonly children: ReactNode;
}

export function ActionButton({ type = 'button', kind, isBusy = false, onPress, children }: ActionButtonProps) {
  return (
    <button
      type={type}
      className="button"
      data-kind={kind}
      aria-disabled={isBusy || undefined}
      onClick={(event) => {
        if (isBusy) event.preventDefault();
        else onPress?.();
      }}
    >
      {children}
    </button>
  );
}
