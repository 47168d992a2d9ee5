import { Button } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { IconActivity, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useMay } from '../data/session/permissions';
import { announce } from '../ui/announcements';
import { Nothing } from '../ui/Notice';
import { PageHeading } from '../ui/PageHeading';
import { FeedRow } from './FeedRow';
import { feedKinds, type FeedKind } from './feedKinds';
import { useFeed, type FeedItem } from './feedStore';
import classes from './LiveFeedPage.module.css';

const route = getRouteApi('/signed-in/feed');
const everyKind = Object.entries(feedKinds).map(([value, { text, about }]) => ({ value: value as FeedKind, label: text, about }));

export function LiveFeedPage() {
  const { kind } = route.useSearch();
  const navigate = route.useNavigate();
  const may = useMay();
  const possible = everyKind.filter(({ about }) => about.length === 0 || about.some((type) => may('read', type)));
  const choices = [{ value: undefined, label: 'All' }, ...possible];
  const items = useFeed();
  const [pausedAt, setPausedAt] = useState<readonly FeedItem[] | null>(null);
  const shown = (pausedAt ?? items).filter((item) => !kind || item.kind === kind);
  const waiting = pausedAt ? items.filter((item) => !pausedAt.includes(item)).length : 0;
  useSpokenNews(items, (item) => !pausedAt && (!kind || item.kind === kind));

  return (
    <>
      <div className={classes.head}>
        <PageHeading title="Live feed" />
        <Button
          variant="default"
          leftSection={pausedAt ? <IconPlayerPlay size={18} aria-hidden="true" /> : <IconPlayerPause size={18} aria-hidden="true" />}
          onClick={() => setPausedAt(pausedAt ? null : items)}
        >
          {pausedAt ? `Resume${waiting > 0 ? ` (${waiting} waiting)` : ''}` : 'Pause'}
        </Button>
      </div>
      <div role="group" aria-label="Kind of event" className={classes.kinds}>
        {choices.map(({ value, label }) => (
          <Button
            key={label}
            size="xs"
            radius="xl"
            variant={value === kind ? 'filled' : 'default'}
            aria-pressed={value === kind}
            onClick={() => void navigate({ search: value ? { kind: value } : {}, replace: true })}
          >
            {label}
          </Button>
        ))}
      </div>
      {shown.length === 0 ? (
        <Nothing icon={<IconActivity size={32} aria-hidden="true" />}>
          Nothing has happened since you opened Vagus. Events appear here as they arrive.
        </Nothing>
      ) : (
        <ul className={classes.list} aria-label="Events">
          {shown.map((item) => (
            <FeedRow key={item.id} item={item} />
          ))}
        </ul>
      )}
    </>
  );
}

/** The list itself is silent; what is new is spoken together and not too often. */
function useSpokenNews(items: readonly FeedItem[], isShown: (item: FeedItem) => boolean): void {
  const newest = useRef<FeedItem | undefined>(items[0]);
  const shown = useEffectEvent(isShown);
  useEffect(() => {
    const last = newest.current;
    newest.current = items[0];
    const news = last ? items.slice(0, items.indexOf(last)) : items;
    for (const item of news) if (shown(item)) announce(item.text);
  }, [items]);
}
