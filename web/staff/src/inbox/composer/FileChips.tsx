import { Button, Loader } from '@mantine/core';
import { IconPaperclip, IconX } from '@tabler/icons-react';
import { useRef } from 'react';
import classes from './Composer.module.css';
import { acceptedFiles, type Files } from './useFiles';

export function FileChips({ files }: { files: Files }) {
  if (files.files.length === 0) return null;
  return (
    <ul className={classes.chips} aria-label="Attached files">
      {files.files.map((one) => (
        <li key={one.key} data-failed={one.failure !== null || undefined}>
          {one.id === null && one.failure === null && <Loader size={14} aria-label="Uploading" />}
          <span>
            {one.name}
            {one.failure && `: not uploaded. ${one.failure}`}
          </span>
          {one.failure && (
            <button type="button" className={classes.inline} onClick={() => files.keeper.retry(one)}>
              Try again
            </button>
          )}
          <button type="button" className={classes.remove} aria-label={`Remove ${one.name}`} onClick={() => files.keeper.remove(one.key)}>
            <IconX size={14} aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  );
}

export function AttachButton({ files }: { files: Files }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={acceptedFiles}
        aria-label="Files to attach"
        onChange={(event) => {
          files.keeper.add(event.currentTarget.files ?? []);
          event.currentTarget.value = '';
        }}
      />
      <Button
        variant="subtle"
        size="compact-sm"
        aria-label="Attach files"
        onClick={() => input.current?.click()}
      >
        <IconPaperclip size={18} aria-hidden="true" />
      </Button>
    </>
  );
}
