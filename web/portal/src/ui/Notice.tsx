import { IconAlertTriangle, IconCheck, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useWords } from '../words/useWords';
import { failureKey } from './failures';

interface NoticeProps {
  readonly tone?: 'plain' | 'late' | 'grave' | 'calm';
  /** `alert` is spoken at once. */
  readonly role?: 'status' | 'alert' | 'note';
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

const icons = { plain: IconInfoCircle, late: IconAlertTriangle, grave: IconAlertTriangle, calm: IconCheck };

export function Notice({ tone = 'plain', role = 'note', action, children }: NoticeProps) {
  const Icon = icons[tone];
  return (
    <div className="notice" data-tone={tone} role={role}>
      <Icon size={22} aria-hidden="true" />
      <div>{children}</div>
      {action}
    </div>
  );
}

interface FailureProps {
  readonly error: unknown;
  /** What did not happen: "Not sent." */
  readonly title?: string;
  readonly onAgain?: () => void;
}

/** One sentence in plain words and one way on. */
export function Failure({ error, title, onAgain }: FailureProps) {
  const { t } = useWords();
  return (
    <Notice
      tone="late"
      role="alert"
      action={
        onAgain && (
          <button type="button" className="button" onClick={onAgain}>
            {t('common.tryAgain')}
          </button>
        )
      }
    >
      {title && <strong>{title} </strong>}
      {t(failureKey(error))}
    </Notice>
  );
}
