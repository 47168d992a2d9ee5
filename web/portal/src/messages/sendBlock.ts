import type { DraftState } from '../data/draft';
import type { WordKey } from '../words/write';

/** Why the message cannot be sent now; null where it can. */
export function blockOf({ status, uploads }: Pick<DraftState, 'status' | 'uploads'>): WordKey | null {
  if (status === 'conflict') return 'draft.chooseFirst';
  return uploads.length > 0 ? 'attachment.wait' : null;
}
