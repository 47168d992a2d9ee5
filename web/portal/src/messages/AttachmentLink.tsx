import { useMutation } from '@tanstack/react-query';
import { IconDownload, IconPaperclip } from '@tabler/icons-react';
import type { MessageAttachment } from '@vagus/client';
import { useEffect, useState } from 'react';
import { usePortal } from '../data/portal';
import { ActionButton } from '../ui/ActionButton';
import { Failure } from '../ui/Notice';
import { saveFile } from '../ui/saveFile';
import { useWords } from '../words/useWords';
import classes from './AttachmentLink.module.css';
import { readAttachment } from './attachments';
import { sizeText } from './sizeText';

/** Nothing is loaded before it is asked for. Pictures are shown in place, everything else is saved. */
export function AttachmentLink({ attachment }: { readonly attachment: MessageAttachment }) {
  const { t, number } = useWords();
  const portal = usePortal();
  const [picture, setPicture] = useState<string | null>(null);
  const size = sizeText(attachment.size, number);
  const isPicture = attachment.contentType.startsWith('image/');
  const open = useMutation({
    mutationFn: () => readAttachment(portal, attachment.id),
    onSuccess: (content) => (isPicture ? setPicture(URL.createObjectURL(content)) : saveFile(content, attachment.fileName)),
  });
  useEffect(() => () => (picture === null ? undefined : URL.revokeObjectURL(picture)), [picture]);
  if (attachment.scan === 'quarantined') return <p className="muted small">{t('attachment.quarantined', { name: attachment.fileName })}</p>;
  return (
    <div className="tight">
      {open.isError && <Failure error={open.error} />}
      {picture ? (
        <img src={picture} alt={attachment.fileName} className={classes.picture} />
      ) : (
        <ActionButton isBusy={open.isPending} onPress={() => open.mutate()}>
          {isPicture ? <IconPaperclip size={20} aria-hidden="true" /> : <IconDownload size={20} aria-hidden="true" />}
          <span>{t(isPicture ? 'attachment.show' : 'attachment.save', { name: attachment.fileName, size })}</span>
        </ActionButton>
      )}
    </div>
  );
}
