import type { KeyboardEvent, RefObject } from 'react';
import classes from './Composer.module.css';

interface TextFieldProps {
  label: string;
  text: string;
  isBusy: boolean;
  field: RefObject<HTMLTextAreaElement | null>;
  describedBy?: string | undefined;
  onType: (text: string) => void;
  onSubmit: () => void;
  /** True where the key was for something else. */
  onKey?: (event: KeyboardEvent<HTMLTextAreaElement>) => boolean;
}

const most = 5_000;

/** Enter makes a new line, Ctrl Enter sends, Escape leaves the text where it is and goes back to the thread. */
export function TextField({ label, text, isBusy, field, describedBy, onType, onSubmit, onKey }: TextFieldProps) {
  const left = most - [...text].length;
  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (onKey?.(event)) return event.preventDefault();
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onSubmit();
    }
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      document.querySelector<HTMLElement>('[role=log]')?.focus();
    }
  };
  return (
    <label className={classes.field}>
      <span className={classes.label}>{label}</span>
      <textarea
        ref={field}
        rows={3}
        value={text}
        readOnly={isBusy}
        aria-describedby={describedBy}
        onChange={(event) => onType(event.currentTarget.value)}
        onKeyDown={press}
      />
      {left < 500 && (
        <span className={classes.left} data-over={left < 0 || undefined}>
          {left >= 0 ? `${left} characters left` : `${-left} characters too many`}
        </span>
      )}
    </label>
  );
}

export function isTooLong(text: string): boolean {
  return [...text].length > most;
}
