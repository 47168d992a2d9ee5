import { IconCamera, IconPaperclip, IconTrash } from '@tabler/icons-react';
import { whileSignedIn, type MessageAttachment } from '@vagus/client';
import { useId, useRef, type RefObject } from 'react';
import type { UploadWatch } from '../data/ask';
import type { Draft, DraftState } from '../data/draft';
import { usePortal } from '../data/portal';
import { useAnnounce } from '../ui/Announcer';
import { TooLarge } from '../ui/failures';
import { Failure } from '../ui/Notice';
import { useWords } from '../words/useWords';
import classes from './Attachments.module.css';
import { acceptedKinds, mostBytes, upload } from './attachments';
import { sizeText } from './sizeText';
import { Uploads } from './Uploads';

interface AttachmentsProps {
  readonly draft: Draft;
  readonly state: DraftState;
  /** For whom a new message is; a thread has its patient. */
  readonly patientId?: string | null;
}

/** A photo from the camera, or files; uploaded at once, sent with the message. */
export function Attachments({ draft, state, patientId = null }: AttachmentsProps) {
  const { t, number } = useWords();
  const portal = usePortal();
  const announce = useAnnounce();
  const { attachments: items, failedUploads, isSending, uploads } = state;
  const picker = useRef<HTMLInputElement>(null);

  function add(files: readonly File[]): void {
    for (const file of files) void addOne(file);
  }

  async function addOne(file: File): Promise<void> {
    const added = whileSignedIn(portal.session, draft.addFile(file, send, patientId));
    if (await added) announce(t('attachment.added', { name: file.name }));
  }

  async function send(file: File, watch: UploadWatch): Promise<MessageAttachment> {
    if (file.size > mostBytes) throw new TooLarge();
    return upload(portal, file, watch);
  }

  return (
    <div className="stack">
      {items.length > 0 && (
        <ul className="list" aria-label={t('attachment.list')}>
          {items.map(({ id, fileName, size }) => (
            <li key={id} className={`card ${classes.item}`}>
              <span>
                {fileName} <span className="muted small">{sizeText(size, number)}</span>
              </span>
              <button
                type="button"
                className="button"
                aria-label={t('attachment.remove', { name: fileName })}
                onClick={() => draft.detach(id)}
              >
                <IconTrash size={20} aria-hidden="true" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <Uploads draft={draft} uploads={uploads} onStopped={() => picker.current?.focus()} />
      {failedUploads.map(({ fileName, cause }, index) => (
        <Failure key={index} error={cause} title={t('attachment.notAdded', { name: fileName })} />
      ))}
      <div className="row">
        <Picker label={t('attachment.camera')} accept="image/*" camera isOff={isSending} onPick={add} />
        <Picker label={t('attachment.file')} accept={acceptedKinds} field={picker} isOff={isSending} onPick={add} />
      </div>
      <p className="muted small">{t('attachment.hint')}</p>
    </div>
  );
}

interface PickerProps {
  readonly label: string;
  readonly accept: string;
  readonly camera?: boolean;
  readonly field?: RefObject<HTMLInputElement | null>;
  /** While the message is sent: a file would belong neither to it nor to the next. */
  readonly isOff: boolean;
  readonly onPick: (files: readonly File[]) => void;
}

/** The field itself is hidden from sight only: keyboard and screen reader use it, the label is its button. */
function Picker({ label, accept, camera = false, field, isOff, onPick }: PickerProps) {
  const id = useId();
  const Icon = camera ? IconCamera : IconPaperclip;
  return (
    <span className={classes.picker}>
      <input
        id={id}
        ref={field}
        type="file"
        className="hidden"
        accept={accept}
        multiple={!camera}
        disabled={isOff}
        {...(camera ? { capture: 'environment' as const } : {})}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          // The same file can be chosen again after it was removed.
          event.currentTarget.value = '';
          if (files.length > 0) onPick(files);
        }}
      />
      <label htmlFor={id} className="button" aria-disabled={isOff || undefined}>
        <Icon size={20} aria-hidden="true" />
        {label}
      </label>
    </span>
  );
}
