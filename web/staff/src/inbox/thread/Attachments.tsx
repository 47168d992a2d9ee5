import { Button } from '@mantine/core';
import type { MessageAttachment } from '@vagus/client';
import { IconPaperclip } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { download } from '../ask';
import { inboxFailureText } from '../words';
import classes from './EntryLog.module.css';

export function Attachments({ attachments }: { attachments: readonly MessageAttachment[] }) {
  const save = useMutation({ mutationFn: saveFile });
  if (attachments.length === 0) return null;
  return (
    <div className={classes.attachments}>
      {attachments.map((file) => (
        <Button
          key={file.id}
          size="compact-sm"
          variant="default"
          leftSection={<IconPaperclip size={14} aria-hidden="true" />}
          disabled={file.scan === 'quarantined'}
          onClick={() => save.mutate(file)}
        >
          {file.fileName}, {sizeText(file.size)}
          {file.scan === 'pending' && ', being scanned'}
          {file.scan === 'quarantined' && ', held back by the virus scanner'}
        </Button>
      ))}
      {save.error && <p role="alert">Not downloaded. {inboxFailureText(save.error)}</p>}
    </div>
  );
}

async function saveFile({ id, fileName }: MessageAttachment): Promise<void> {
  const content = await download(`/api/patient-messages/attachments/${encodeURIComponent(id)}`);
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

function sizeText(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1_000))} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
