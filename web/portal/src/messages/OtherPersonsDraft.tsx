import { isBegunForOther, type Draft, type DraftState } from '../data/draft';
import { useActing } from '../data/people';
import { usePortal } from '../data/portal';
import { Notice } from '../ui/Notice';
import { useWords } from '../words/useWords';

/** A message that was begun for one person is never sent for another without a choice. */
export function isOtherPersons(state: DraftState, patientId: string | null): boolean {
  return state.isMixed || isBegunForOther(state, patientId);
}

interface OtherPersonsDraftProps {
  readonly draft: Draft;
  readonly state: DraftState;
}

/** All that was begun, and the choice for whom it goes on. */
export function OtherPersonsDraft({ draft, state: { fields, attachments, isMixed } }: OtherPersonsDraftProps) {
  const { t } = useWords();
  const portal = usePortal();
  const { dependants, own, name, patientId } = useActing();
  const forWhom = [...dependants, ...(own ? [own] : [])].find(({ id }) => id === fields.patientId);
  const isOwn = own !== null && fields.patientId === own.id;

  function goOnFor(id: string): void {
    portal.actingFor.set(isOwn ? null : id);
    if (isMixed) draft.addressTo(id);
  }

  return (
    <Notice tone="late">
      <p>{isMixed ? t('draft.mixed') : t('draft.otherPerson', { name: forWhom?.name ?? '' })}</p>
      {fields.subject && <p className="card">{fields.subject}</p>}
      {fields.content && <p className="written card">{fields.content}</p>}
      {attachments.length > 0 && (
        <ul aria-label={t('attachment.list')}>
          {attachments.map(({ id, fileName }) => (
            <li key={id}>{fileName}</li>
          ))}
        </ul>
      )}
      <div className="row">
        {forWhom && (
          <button type="button" className="button" onClick={() => goOnFor(forWhom.id)}>
            {t('draft.goOnFor', { name: forWhom.name })}
          </button>
        )}
        {forWhom?.id !== patientId && (
          <button type="button" className="button" onClick={() => draft.addressTo(patientId)}>
            {t('draft.useFor', { name: name ?? '' })}
          </button>
        )}
      </div>
    </Notice>
  );
}
