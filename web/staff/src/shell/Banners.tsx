import { Button } from '@mantine/core';
import { IconAlertCircle, IconClockExclamation, IconCloudOff, IconRefresh, IconWorldPin } from '@tabler/icons-react';
import { patienceMs } from '../data/live/liveParts';
import { useScreenState, useServerAway } from '../data/live/useConnection';
import { connection } from '../data/session/session';
import { useObservable } from '../observable';
import { timeText, zoneText } from '../time/words';
import { dismissOutcome, useOutcomes } from '../ui/outcomes';
import { useNow } from '../time/useNow';
import { Banner } from './Banner';
import classes from './Banners.module.css';
import { loadAgain, versionState } from './newVersion';
import { OutboxBanners } from './OutboxBanners';

/** What is true of the whole page: not current, offline, a new version, something that did not happen. */
export function Banners() {
  return (
    <div className={classes.banners}>
      <LostBanner />
      <ZoneBanner />
      <OutboxBanners />
      <VersionBanner />
      <Outcomes />
    </div>
  );
}

function LostBanner() {
  const { status, lostAt } = useScreenState();
  const away = useServerAway();
  const now = useNow(60_000, lostAt === null ? undefined : lostAt + patienceMs);
  const since = lostAt === null ? '' : `since ${timeText(new Date(lostAt))}`;
  if (lostAt === null || (status !== 'offline' && now - lostAt < patienceMs)) return null;
  if (status === 'offline') {
    return (
      <Banner icon={<IconCloudOff size={18} aria-hidden="true" />}>
        You are offline {since}. What you see may be out of date. Replies, notes and new messages wait on this device; nothing else
        that you do now is saved.
      </Banner>
    );
  }
  // One part of the page says so itself.
  if (connection.state.status === 'live') return null;
  return (
    <Banner
      icon={<IconClockExclamation size={18} aria-hidden="true" />}
      action={
        <Button size="compact-sm" variant="default" onClick={() => connection.retry()}>
          Try now
        </Button>
      }
    >
      {away ? `The server cannot be reached ${since}. What you see may be out of date.` : `Updates are delayed ${since}.`} Trying again…
    </Banner>
  );
}

/** For those who look at the clinic from another zone: no time on any page is their own. */
function ZoneBanner() {
  const text = zoneText(useNow(60_000));
  return text === null ? null : <Banner icon={<IconWorldPin size={18} aria-hidden="true" />}>{text}</Banner>;
}

function VersionBanner() {
  const state = useObservable(versionState);
  if (state === 'current') return null;
  const icon = <IconRefresh size={18} aria-hidden="true" />;
  if (state === 'loading') return <Banner icon={icon}>A new version of Vagus is there. Loading it…</Banner>;
  return (
    <Banner
      icon={icon}
      action={
        <Button size="compact-sm" variant="default" onClick={() => void loadAgain().catch(() => undefined)}>
          Load it now
        </Button>
      }
    >
      A new version of Vagus is ready. It is loaded with the next page that you open.
    </Banner>
  );
}

function Outcomes() {
  return useOutcomes().map(({ id, title, text }) => (
    <Banner
      key={id}
      urgent
      icon={<IconAlertCircle size={18} aria-hidden="true" />}
      action={
        <Button size="compact-sm" variant="default" onClick={() => dismissOutcome(id)}>
          Got it
        </Button>
      }
    >
      <strong>{title}</strong> {text}
    </Banner>
  ));
}
