import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconKeyboard, IconPencilPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useNow } from '../time/useNow';
import { PageHeading } from '../ui/PageHeading';
import { StaleNote } from '../ui/StaleNote';
import { NewThreadPane } from './begin/NewThreadPane';
import { WaitingBeginnings } from './begin/WaitingBeginnings';
import { useMe } from './colleagues';
import classes from './InboxPage.module.css';
import { useViewersByThread } from './presence';
import { FindThreads } from './queues/FindThreads';
import { QueueLinks, QueueSelect } from './queues/QueueLinks';
import { without, type InboxSearch } from './queues/queues';
import { QueueFilters } from './queues/QueueFilters';
import { TextHits } from './queues/TextHits';
import { ThreadList } from './queues/ThreadList';
import { useThreads } from './queues/useThreads';
import { ShortcutHelp } from './ShortcutHelp';
import { useShortcuts } from './shortcuts';
import { ConflictBar, UndoBar } from './ThreadActionBars';
import { AssignDialog } from './thread/AssignDialog';
import type { OpenThread } from './thread/entries';
import { threadKey } from './thread/openThread';
import { NoThread, ThreadPane } from './thread/ThreadPane';
import { tomorrowMorning, useThreadChange } from './threadActions';
import type { Thread } from './messages';
import { useLiveInbox } from './useLiveInbox';

const route = getRouteApi('/signed-in/inbox');

export function InboxPage() {
  const me = useMe();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const now = useNow(30_000);
  const staleSince = useLiveInbox(me);
  const viewers = useViewersByThread();
  const threads = useThreads(search, me, now);
  const [typed, setTyped] = useState('');
  const [texts, setTexts] = useState<string | null>(null);
  const [activeId, setActiveId] = useState<string | null>(null);
  // A new object for each move, so that going back to the same row moves the focus too.
  const [moved, setMoved] = useState<{ readonly to: string } | null>(null);
  const [selection, setSelection] = useState<{ readonly list: string; readonly ids: ReadonlySet<string> }>({ list: '', ids: none });
  const [assigning, setAssigning] = useState<Thread | null>(null);
  const [help, setHelp] = useState(false);
  const change = useThreadChange();
  const queries = useQueryClient();

  const go = (next: InboxSearch) => void navigate({ search: next });
  const list = without(search, 'thread', 'compose');
  const shown = threads.threads.filter((thread) => fits(thread, typed));
  const active = shown.find(({ id }) => id === (activeId ?? search.thread)) ?? null;

  // What is selected in one list means nothing in another.
  const listKey = JSON.stringify(list);
  const selected = selection.list === listKey ? selection.ids : none;
  const setSelected = (ids: ReadonlySet<string>) => setSelection({ list: listKey, ids });

  function toPatient(patient: string): void {
    setTexts(null);
    go({ queue: 'all', patient });
  }

  function moveTo(id: string): void {
    setActiveId(id);
    setMoved({ to: id });
  }

  function move(by: 1 | -1): void {
    const from = shown.findIndex(({ id }) => id === (activeId ?? search.thread));
    const next = shown[Math.max(0, Math.min(shown.length - 1, from < 0 ? 0 : from + by))];
    if (next) moveTo(next.id);
  }

  function toggle(id: string): void {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    setSelected(next);
  }

  // The row that has the focus, or else the open thread: a key never acts on something that the person does not look at.
  const onTarget = (act: (thread: Thread) => void) => () => {
    const row = document.activeElement?.closest('li')?.querySelector('[data-row]')?.getAttribute('data-row') ?? null;
    const open = queries.getQueryData<OpenThread>(threadKey(search.thread ?? ''))?.thread;
    const thread = targetOf(row, open, threads.threads);
    if (thread) act(thread);
  };
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    x: () => active && toggle(active.id),
    a: onTarget(setAssigning),
    i: onTarget((thread) => change.mutate({ thread, changes: { assignedTo: me }, text: 'Assigned to you' })),
    s: onTarget((thread) => change.mutate({ thread, changes: { snoozeUntil: tomorrowMorning() }, text: 'Snoozed until tomorrow' })),
    e: onTarget((thread) => change.mutate({ thread, ...closing(thread) })),
    '/': () => document.querySelector<HTMLInputElement>('[data-find-threads]')?.focus(),
    '?': () => setHelp(true),
    Escape: () => {
      if (!search.thread) return;
      moveTo(search.thread);
      go(list);
    },
  });

  return (
    <div className={classes.page} data-fills-frame data-open={search.thread || search.compose ? '' : undefined}>
      <div className={classes.bar}>
        <PageHeading title="Inbox" />
        <FindThreads typed={typed} onType={setTyped} onPatient={toPatient} onTexts={setTexts} />
        <Button
          size="compact-sm"
          leftSection={<IconPencilPlus size={18} aria-hidden="true" />}
          onClick={() => go({ ...list, compose: true })}
        >
          New message
        </Button>
        <Button
          variant="subtle"
          size="compact-sm"
          className={classes.help ?? ''}
          leftSection={<IconKeyboard size={18} aria-hidden="true" />}
          onClick={() => setHelp(true)}
        >
          Shortcuts
        </Button>
      </div>
      {staleSince !== null && <StaleNote what="the inbox" since={staleSince} loadedAt={threads.dataUpdatedAt} />}
      <ConflictBar />
      <div className={classes.panes}>
        <QueueLinks search={list} />
        <section className={classes.list} aria-label="Threads">
          {texts === null ? (
            <>
              <QueueSelect search={list} onChange={go} />
              <QueueFilters search={search} onChange={go} />
              <WaitingBeginnings onTakenBack={() => go({ ...without(list, 'patient'), compose: true })} />
              <ThreadList
                key={listKey}
                query={threads}
                threads={shown}
                typed={typed}
                search={search}
                activeId={activeId}
                moved={moved}
                onActive={setActiveId}
                selected={selected}
                onToggle={toggle}
                onSelect={setSelected}
                viewers={viewers}
                now={now}
              />
            </>
          ) : (
            <TextHits text={texts} search={list} openId={search.thread} now={now} onEnd={() => setTexts(null)} />
          )}
        </section>
        {search.compose ? (
          <NewThreadPane
            patientId={search.patient}
            onBegun={(thread) => go({ queue: 'all', thread })}
            onBack={() => go(list)}
          />
        ) : search.thread ? (
          <ThreadPane key={search.thread} threadId={search.thread} now={now} onAssign={setAssigning} onBack={() => go(list)} />
        ) : (
          <NoThread />
        )}
      </div>
      <UndoBar />
      <AssignDialog thread={assigning} onClose={() => setAssigning(null)} />
      <ShortcutHelp opened={help} onClose={() => setHelp(false)} />
    </div>
  );
}

/** Of the row that has the focus, or else of the open thread: not before its content is on screen. */
export function targetOf(row: string | null, open: Thread | undefined, listed: readonly Thread[]): Thread | undefined {
  const id = row ?? open?.id;
  return listed.find((one) => one.id === id) ?? (open?.id === id ? open : undefined);
}

const none: ReadonlySet<string> = new Set();

function closing({ status }: Thread) {
  return status === 'closed'
    ? ({ changes: { status: 'open' }, text: 'Reopened' } as const)
    : ({ changes: { status: 'closed' }, text: 'Closed' } as const);
}

/** What is typed narrows what is loaded: by the patient's name, record number or birth date, by subject and preview. */
function fits({ patient, subject, lastMessagePreview }: Thread, typed: string): boolean {
  const words = typed.toLowerCase().split(/[\s,]+/).filter(Boolean);
  const text = [patient?.name, patient?.mrn, patient?.birthDate, subject, lastMessagePreview].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}
