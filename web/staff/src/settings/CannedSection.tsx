import { Button, Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { getJson, remove } from '../data/care/requests';
import { ActionFailure } from '../ui/ActionFailure';
import { Confirm } from '../ui/Confirm';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure, Nothing } from '../ui/Notice';
import { cannedKey, type Canned } from './canned';
import { CannedDialog } from './CannedDialog';
import classes from './Settings.module.css';
import { useAdminAction } from './useAdminAction';

/** Texts that everybody answers with. */
export function CannedSection() {
  const [edited, setEdited] = useState<Canned | 'new' | null>(null);
  const [removing, setRemoving] = useState<Canned | null>(null);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: cannedKey,
    queryFn: () => getJson<{ items: readonly Canned[] }>('/api/canned-responses'),
  });
  const take = useAdminAction<Canned, unknown>({
    run: ({ id }) => remove(`/api/canned-responses/${encodeURIComponent(id)}`),
    done: 'deleted',
    about: 'the canned response',
    reloads: cannedKey,
    thenHere: () => setRemoving(null),
  });
  if (isPending) return <LoadingRows label="Loading canned responses" count={4} height={64} />;
  if (error && !data) return <LoadFailure what="Canned responses" error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <div className={classes.bar}>
        <Button leftSection={<IconPlus size={18} aria-hidden="true" />} onClick={() => setEdited('new')}>
          Add a response
        </Button>
      </div>
      {data.items.length === 0 && <Nothing>There are no canned responses. Add one that many of you write again and again.</Nothing>}
      <ul className={classes.cards} aria-label="Canned responses">
        {data.items.map((canned) => (
          <li key={canned.id}>
            <strong>{canned.title}</strong> <span className={classes.quiet}>{factsText(canned)}</span>
            <p>{canned.content}</p>
            {canned.mayChange && (
              <Group gap={6}>
                <Button size="compact-sm" variant="default" aria-label={`Edit ${canned.title}`} onClick={() => setEdited(canned)}>
                  Edit
                </Button>
                <Button size="compact-sm" variant="default" aria-label={`Delete ${canned.title}`} onClick={() => setRemoving(canned)}>
                  Delete
                </Button>
              </Group>
            )}
          </li>
        ))}
      </ul>
      <CannedDialog edited={edited} onClose={() => setEdited(null)} />
      <Confirm
        title="Delete this response?"
        opened={removing !== null}
        action="Delete"
        busy={take.isPending}
        onConfirm={() => removing && take.mutate(removing)}
        onClose={() => setRemoving(null)}
      >
        {removing && <p>“{removing.title}” is not offered any more. Messages that were sent with it stay.</p>}
        {take.error && <ActionFailure done="deleted" error={take.error} />}
      </Confirm>
    </>
  );
}

function factsText({ shortcode, category, shared, usageCount }: Canned): string {
  const whose = shared ? 'for everybody' : 'yours';
  return [shortcode && `/${shortcode}`, category?.replaceAll('_', ' '), whose, `used ${usageCount} times`].filter(Boolean).join(' · ');
}
