import { ActionButton } from '../ui/ActionButton';
import { Notice } from '../ui/Notice';
import { useWords } from '../words/useWords';

/** Shown this once. */
export function RecoveryCodes({ codes, onWritten }: { readonly codes: readonly string[]; readonly onWritten: () => void }) {
  const { t } = useWords();
  return (
    <div className="stack">
      <Notice tone="calm" role="status">
        {t('steps.codesText')}
      </Notice>
      <ul className="card list" aria-label={t('steps.codes')}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <ActionButton kind="main" onPress={onWritten}>
        {t('steps.written')}
      </ActionButton>
    </div>
  );
}
