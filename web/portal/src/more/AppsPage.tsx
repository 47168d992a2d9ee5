import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../data/ask';
import { usePortal } from '../data/portal';
import { ActionButton } from '../ui/ActionButton';
import { useAnnounce } from '../ui/Announcer';
import { Failure } from '../ui/Notice';
import { PageHeading } from '../ui/PageHeading';
import { QueryView } from '../ui/QueryView';
import { useWords } from '../words/useWords';
import { BackToMore } from './BackToMore';

const address = '/api/patient-portal/apps';

interface App {
  readonly clientId: string;
  readonly name: string;
  readonly allowedAt: string;
  readonly lastUsedAt: string;
}

/** The applications that the person has let in, each once, whatever number of devices it runs on. */
export function AppsPage() {
  const { t } = useWords();
  const portal = usePortal();
  const query = useQuery({
    queryKey: ['apps'],
    queryFn: async () => (await ask<{ items: readonly App[] }>(portal.session, 'GET', address)).items,
  });
  return (
    <>
      <BackToMore />
      <PageHeading title={t('apps.title')} />
      <p>{t('apps.text')}</p>
      <QueryView query={query}>
        {(items) => {
          const apps = [...new Map(items.toReversed().map((app) => [app.clientId, app])).values()];
          if (apps.length === 0) return <p className="card">{t('apps.none')}</p>;
          return (
            <ul className="list" aria-label={t('apps.title')}>
              {apps.map((app) => (
                <AppRow key={app.clientId} app={app} />
              ))}
            </ul>
          );
        }}
      </QueryView>
    </>
  );
}

function AppRow({ app }: { readonly app: App }) {
  const { t, dates } = useWords();
  const portal = usePortal();
  const queries = useQueryClient();
  const announce = useAnnounce();
  const [isAsked, setAsked] = useState(false);
  const end = useMutation({
    mutationFn: () => ask(portal.session, 'DELETE', `${address}/${encodeURIComponent(app.clientId)}`),
    onSuccess: () => {
      announce(t('apps.ended', { name: app.name }));
      return queries.invalidateQueries({ queryKey: ['apps'] });
    },
  });
  return (
    <li className="card stack">
      <div className="tight">
        <strong>{app.name}</strong>
        <span className="muted small">{t('apps.since', { day: dates.day(app.allowedAt), last: dates.when(app.lastUsedAt) })}</span>
      </div>
      {end.isError && <Failure error={end.error} />}
      {isAsked ? (
        <div className="row">
          <span>{t('apps.question', { name: app.name })}</span>
          <ActionButton kind="grave" isBusy={end.isPending} onPress={() => end.mutate()}>
            {t('apps.end')}
          </ActionButton>
          <ActionButton onPress={() => setAsked(false)}>{t('common.keep')}</ActionButton>
        </div>
      ) : (
        <ActionButton onPress={() => setAsked(true)}>{t('apps.end')}</ActionButton>
      )}
    </li>
  );
}
