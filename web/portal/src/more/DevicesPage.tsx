import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ask } from '../data/ask';
import { authPath, usePortal } from '../data/portal';
import { ActionButton } from '../ui/ActionButton';
import { Failure } from '../ui/Notice';
import { PageHeading } from '../ui/PageHeading';
import { QueryView } from '../ui/QueryView';
import { useWords } from '../words/useWords';
import { BackToMore } from './BackToMore';
import { deviceName } from './deviceName';

const address = `${authPath}/sessions`;

interface Device {
  readonly id: string;
  readonly userAgent: string;
  readonly startedAt: string;
  readonly lastSeenAt: string;
  readonly current: boolean;
}

/** Where the person is signed in, and an end to each. */
export function DevicesPage() {
  const { t } = useWords();
  const portal = usePortal();
  const query = useQuery({
    queryKey: ['devices'],
    queryFn: async () => (await ask<{ items: readonly Device[] }>(portal.session, 'GET', address)).items,
  });
  return (
    <>
      <BackToMore />
      <PageHeading title={t('devices.title')} />
      <p>{t('devices.text')}</p>
      <QueryView query={query}>
        {(devices) => (
          <ul className="list" aria-label={t('devices.title')}>
            {devices.map((device) => (
              <DeviceRow key={device.id} device={device} />
            ))}
          </ul>
        )}
      </QueryView>
      <Link to="/more/password">{t('password.go')}</Link>
    </>
  );
}

function DeviceRow({ device }: { readonly device: Device }) {
  const { t, dates } = useWords();
  const portal = usePortal();
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: () => ask(portal.session, 'DELETE', `${address}/${encodeURIComponent(device.id)}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['devices'] }),
  });
  const name = deviceName(device.userAgent) ?? t('devices.unknown');
  return (
    <li className="card tight">
      <strong>{name}</strong>
      <span className="muted small">{t('devices.seen', { since: dates.day(device.startedAt), last: dates.when(device.lastSeenAt) })}</span>
      {end.isError && <Failure error={end.error} />}
      {device.current ? (
        <span>
          <span className="chip" data-tone="calm">
            {t('devices.current')}
          </span>
        </span>
      ) : (
        <ActionButton isBusy={end.isPending} onPress={() => end.mutate()}>
          {t('devices.end', { name })}
        </ActionButton>
      )}
    </li>
  );
}
