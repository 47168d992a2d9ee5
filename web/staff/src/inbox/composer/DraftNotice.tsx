import { Button } from '@mantine/core';
import type { DraftKeeper, DraftState } from './draftKeeper';
import classes from './Composer.module.css';

const words: Record<DraftState['status'], string> = {
  loading: 'Looking for your draft…',
  saved: 'Draft saved',
  saving: 'Saving…',
  unsaved: 'Not saved yet',
  failed: 'Not saved yet: the server cannot be reached. Your text stays here.',
  conflict: '',
};

/** Whether what is typed is kept; quiet while there is nothing to keep. */
export function DraftNotice({ draft }: { draft: DraftState }) {
  if (draft.status === 'conflict' || (draft.text === '' && draft.status !== 'loading')) return null;
  return (
    <p className={classes.draft} data-status={draft.status}>
      {words[draft.status]}
    </p>
  );
}

/** The same person wrote on another device: both texts are shown, and nothing is thrown away unasked. */
export function DraftConflict({ draft, keeper }: { draft: DraftState; keeper: DraftKeeper }) {
  if (draft.status !== 'conflict') return null;
  return (
    <div className={classes.conflict} role="alert">
      <p>Another draft of yours was saved on another device:</p>
      <blockquote>{draft.theirs}</blockquote>
      <Button size="compact-sm" variant="default" onClick={() => keeper.choose('mine')}>
        Keep what is here
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => keeper.choose('theirs')}>
        Use the other one
      </Button>
    </div>
  );
}
