import { IconX } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { Draft, Upload } from '../data/draft';
import { useAnnounce } from '../ui/Announcer';
import { useWords, type Words } from '../words/useWords';
import classes from './Attachments.module.css';

/** A screen reader is told how far a slow upload is this often, and not of each percent. */
const sayEveryMs = 8_000;

interface UploadsProps {
  readonly draft: Draft;
  readonly uploads: readonly Upload[];
  /** The button that stopped one is gone: the focus goes elsewhere. */
  readonly onStopped: () => void;
}

/** Files on their way, each with how much of it has gone out and a way to stop it. */
export function Uploads({ draft, uploads, onStopped }: UploadsProps) {
  const { t } = useWords();
  const announce = useAnnounce();
  useProgressSaid(uploads[0]);
  if (uploads.length === 0) return null;

  function stop({ key, fileName }: Upload): void {
    draft.stopUpload(key);
    announce(t('attachment.stopped', { name: fileName }));
    onStopped();
  }

  return (
    <ul className="list" aria-label={t('attachment.uploads')}>
      {uploads.map((upload) => (
        <li key={upload.key} className={`card ${classes.item}`}>
          <div className={classes.way}>
            <span>{upload.fileName}</span>
            <progress
              className={classes.bar}
              aria-label={t('attachment.uploading', { name: upload.fileName })}
              max={1}
              value={upload.share ?? 0}
            />
            <span className="muted small">{stateWords(upload, t)}</span>
          </div>
          <button
            type="button"
            className="button"
            aria-label={t('attachment.stop', { name: upload.fileName })}
            onClick={() => stop(upload)}
          >
            <IconX size={20} aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  );
}

function useProgressSaid(upload: Upload | undefined): void {
  const { t } = useWords();
  const announce = useAnnounce();
  const latest = useRef(upload);
  const isUnderWay = upload !== undefined;
  useEffect(() => {
    latest.current = upload;
  }, [upload]);
  useEffect(() => {
    if (!isUnderWay) return;
    const timer = setInterval(() => {
      if (latest.current) announce(`${latest.current.fileName}: ${stateWords(latest.current, t)}`);
    }, sayEveryMs);
    return () => clearInterval(timer);
  }, [isUnderWay, announce, t]);
}

function stateWords({ share }: Upload, t: Words['t']): string {
  if (share === null) return t('attachment.queued');
  return share < 1 ? t('attachment.percent', { percent: Math.floor(share * 100) }) : t('attachment.checking');
}
