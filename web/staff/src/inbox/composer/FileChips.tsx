import { Button } from '@mantine/core';
import { IconPaperclip, IconX } from '@tabler/icons-react';
import { useRef } from 'react';
import classes from './Composer.module.css';
import { announce } from '../../ui/announcements';
import { acceptedFiles, shareText, type FileToSend, type Files } from './useFiles';

const attachButton = 'Attach files';

export function FileChips({ files }: { files: Files }) {
  const list = useRef<HTMLUListElement>(null);
  if (files.files.length === 0) return null;

  function remove(one: FileToSend): void {
    // The button is gone with its file: the focus goes to the one that stays.
    list.current?.parentElement?.querySelector<HTMLElement>(`[aria-label="${attachButton}"]`)?.focus();
    if (isUnderWay(one)) announce(`${one.name} is not attached`);
    files.keeper.remove(one.key);
  }

  return (
    <ul ref={list} className={classes.chips} aria-label="Attached files">
      {files.files.map((one) => (
        <li key={one.key} data-failed={one.failure !== null || undefined}>
          <span>
            {one.name}
            {one.failure && `: not uploaded. ${one.failure}`}
          </span>
          {isUnderWay(one) && (
            <>
              <progress className={classes.bar} aria-label={`Uploading ${one.name}`} max={1} value={one.share} />
              <span className={classes.share}>{shareText(one.share)}</span>
            </>
          )}
          {one.failure && (
            <button type="button" className={classes.inline} onClick={() => files.keeper.retry(one)}>
              Try again
            </button>
          )}
          <button
            type="button"
            className={classes.remove}
            aria-label={isUnderWay(one) ? `Stop uploading ${one.name}` : `Remove ${one.name}`}
            onClick={() => remove(one)}
          >
            <IconX size={14} aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  );
}

function isUnderWay({ id, failure }: FileToSend): boolean {
  return id === null && failure === null;
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
        aria-label={attachButton}
        onClick={() => input.current?.click()}
      >
        <IconPaperclip size={18} aria-hidden="true" />
      </Button>
    </>
  );
}
