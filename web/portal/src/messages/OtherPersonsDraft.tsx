import type { Draft, DraftFields } from '../data/draft';
import { useActing } from '../data/people';
import { usePortal } from '../data/portal';
import { Notice } from '../ui/Notice';
import { useWords } from '../words/useWords';

/** A message that was begun for one person is never sent for another without a choice. */
export function OtherPersonsDraft({ draft, fields }: { readonly draft: Draft; readonly fields: DraftFields }) {
  const { t } = useWords();
  const portal = usePortal();
  const { dependants, own, name, patientId } = useActing();
  const forWhom = [...dependants, ...(own ? [own] : [])].find(({ id }) => id === fields.patientId);
  const isOwn = own !== null && fields.patientId === own.id;
  return (
    <Notice tone="late">
      <p>{t('draft.otherPerson', { name: forWhom?.name ?? '' })}</p>
      <p className="written card">{fields.content}</p>
      <div className="row">
        {forWhom && (
          <button type="button" className="button" onClick={() => portal.actingFor.set(isOwn ? null : forWhom.id)}>
            {t('draft.goOnFor', { name: forWhom.name })}
          </button>
        )}
        <button type="button" className="button" onClick={() => draft.change(patientId === null ? {} : { patientId })}>
          {t('draft.useFor', { name: name ?? '' })}
        </button>
      </div>
    </Notice>
  );
}
