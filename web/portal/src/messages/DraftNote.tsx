import type { Draft, DraftState } from '../data/draft';
import { Notice } from '../ui/Notice';
import { useWords } from '../words/useWords';
import type { WordKey } from '../words/write';

const words: Readonly<Partial<Record<DraftState['status'], WordKey>>> = {
  saved: 'draft.saved',
  saving: 'draft.saving',
  changed: 'draft.saving',
  unsaved: 'draft.unsaved',
};

/** Where the typed text is; and the choice where another device has saved another text. */
export function DraftNote({ draft, state }: { readonly draft: Draft; readonly state: DraftState }) {
  const { t } = useWords();
  if (state.status === 'conflict') {
    return (
      <Notice tone="late" role="alert">
        <p>{t('draft.conflict')}</p>
        <p className="written card">{state.theirs?.content}</p>
        <div className="row">
          <button type="button" className="button" onClick={() => draft.takeTheirs()}>
            {t('draft.takeTheirs')}
          </button>
          <button type="button" className="button" onClick={() => draft.keepMine()}>
            {t('draft.keepMine')}
          </button>
        </div>
      </Notice>
    );
  }
  const key = state.fields.content === '' ? undefined : words[state.status];
  return <p className="muted small">{key ? t(key) : ''}</p>;
}
