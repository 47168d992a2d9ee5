import { useMutation } from '@tanstack/react-query';
import { fetchFile } from '../data/ask';
import { usePortal } from '../data/portal';
import { ActionButton } from '../ui/ActionButton';
import { useAnnounce } from '../ui/Announcer';
import { Failure } from '../ui/Notice';
import { saveFile } from '../ui/saveFile';
import { useWords } from '../words/useWords';
import { base } from './threads';

/** The conversation as a file to keep or print. Its name tells nothing: it stays in the folder of downloads of a shared device. */
export function SavePdf({ threadId }: { readonly threadId: string }) {
  const { t } = useWords();
  const portal = usePortal();
  const announce = useAnnounce();
  const save = useMutation({
    mutationFn: () => fetchFile(portal.session, `${base}/threads/${encodeURIComponent(threadId)}/export?format=pdf`),
    onSuccess: (pdf) => {
      saveFile(pdf, t('thread.pdfName'));
      announce(t('thread.pdfSaved'));
    },
  });
  return (
    <>
      {save.isError && <Failure error={save.error} />}
      <ActionButton kind="quiet" isBusy={save.isPending} onPress={() => save.mutate()}>
        {t('thread.pdf')}
      </ActionButton>
    </>
  );
}
