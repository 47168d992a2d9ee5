import type { Draft, DraftState } from '../data/draft';
import { useActing } from '../data/people';
import { usePortal } from '../data/portal';
import { Notice } from '../ui/Notice';
import { useWords } from '../words/useWords';

/** A message that was begun for one person is never sent for another without a choice. */
export function isOtherPersons({ fields, attachments, uploads }: DraftState, patientId: string | null): boolean {
  const isBegun = fields.content !== '' || (fields.subject ?? '') !== '' || attachments.length > 0 || uploads.length > 0;
  return isBegun && fields.patientId !== undefined && patientId !== null && fields.patientId !== patientId;
}

interface OtherPersonsDraftProps {
  readonly draft: Draft;
  readonly state: DraftState;
}

/** All that was begun, and the choice for whom it goes on. */
export function OtherPersonsDraft({ draft, state: { fields, attachments } }: OtherPersonsDraftProps) {
  const { t } = useWords();
  const portal = usePortal();
  const { dependants, own, name, patientId } = useActing();
  const forWhom = [...dependants, ...(own ? [own] : [])].find(({ id }) => id === fields.patientId);
  const isOwn = own !== null && fields.patientId === own.id;
  return (
    <Notice tone="late">
      <p>{t('draft.otherPerson', { name: forWhom?.name ?? '' })}</p>
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
