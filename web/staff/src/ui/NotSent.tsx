import { Button } from '@mantine/core';
import { useKept } from './useKept';

interface NotSentProps {
  /** The key of the form that has lost its sense. */
  form: string;
  why: string;
}

/** A colleague was first, or the record went on: the form is gone, and what was typed into it is still here to be copied. */
export function NotSent({ form, why }: NotSentProps) {
  const { fields, wasKept, clear } = useKept<Record<string, unknown>>(form, () => ({}));
  const texts = Object.values(fields).filter((text): text is string => typeof text === 'string' && text.trim() !== '');
  if (!wasKept || texts.length === 0) return null;
  return (
    <div role="note">
      <p>{why} What you typed was not sent:</p>
      {texts.map((text) => (
        <blockquote key={text} style={{ margin: '0 0 0.5rem', whiteSpace: 'pre-wrap' }}>
          {text}
        </blockquote>
      ))}
      <Button size="compact-sm" variant="default" onClick={clear}>
        Understood
      </Button>
    </div>
  );
}
