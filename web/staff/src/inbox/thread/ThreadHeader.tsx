import { Button, Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconArrowLeft, IconChevronDown, IconClock, IconUser } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { optionsQuery, useMe, useNameOf } from '../colleagues';
import { categories, priorities, statuses, type Thread, type ThreadChanges } from '../messages';
import { presenceText, useViewersByThread } from '../presence';
import { inHours, nextMonday, tomorrowMorning, useThreadChange } from '../threadActions';
import { useQueryClient } from '@tanstack/react-query';
import { follow } from '../threadRequests';
import { showThread } from '../queues/useThreads';
import { tellOutcome } from '../../ui/outcomes';
import { categoryWords, inboxFailureText, patientFacts, pressure, priorityWords, statusWords, threadName } from '../words';
import { PeopleDialog } from './PeopleDialog';
import classes from './ThreadHeader.module.css';

interface ThreadHeaderProps {
  thread: Thread;
  now: number;
  onAssign: () => void;
  onBack: () => void;
  /** Null where there is no patient. */
  onPatient: (() => void) | null;
  isPatientShown: boolean;
}

/** Whom and what the thread is about, who has it, and what may be done with it. */
export function ThreadHeader({ thread, now, onAssign, onBack, onPatient, isPatientShown }: ThreadHeaderProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const me = useMe();
  const nameOf = useNameOf();
  const present = useViewersByThread().get(thread.id);
  const who = present && presenceText(present, me, nameOf);
  const presses = pressure(thread, now);
  useEffect(() => {
    if (isLeftFor(thread.id, document.activeElement)) heading.current?.focus({ preventScroll: true });
    // Once, when the thread is first shown.
  }, [thread.id]);
  return (
    <header className={classes.header}>
      <div className={classes.first}>
        <Button variant="subtle" size="compact-sm" className={classes.back ?? ''} aria-label="Back to the list" onClick={onBack}>
          <IconArrowLeft size={18} aria-hidden="true" />
        </Button>
        <div className={classes.names}>
          <h2 ref={heading} tabIndex={-1} className={classes.title}>
            {threadName(thread)}
            {thread.subject && <span className={classes.subject}>{thread.subject}</span>}
          </h2>
          <p className={classes.facts}>
            {[patientFacts(thread), thread.category && categoryWords[thread.category]].filter(Boolean).join(' · ')}
          </p>
        </div>
        {onPatient && (
          <Button variant="default" size="compact-sm" className={classes.patient ?? ''} aria-expanded={isPatientShown} onClick={onPatient}>
            Patient
          </Button>
        )}
      </div>
      <p className={classes.state}>
        <span>
          <IconUser size={14} aria-hidden="true" />
          {assigneeText(thread, me, nameOf)}
        </span>
        <span>{statusWords[thread.status]}</span>
        {presses && presses.text !== statusWords[thread.status] && (
          <span data-tone={presses.tone}>
            <IconClock size={14} aria-hidden="true" />
            {presses.text}
          </span>
        )}
        {who && <span data-tone="due">{who}</span>}
      </p>
      <ThreadActions thread={thread} onAssign={onAssign} />
    </header>
  );
}

/**
 * True where the focus is still where the thread was opened: on its row or on a heading. A field or a dialog that has it since keeps it;
 * the first page of a visit leaves the focus where the browser put it.
 */
export function isLeftFor(threadId: string, focused: Element | null): boolean {
  return focused?.closest('[data-row]')?.getAttribute('data-row') === threadId || focused?.matches('h1, h2') === true;
}

function ThreadActions({ thread, onAssign }: { thread: Thread; onAssign: () => void }) {
  const me = useMe();
  const change = useThreadChange();
  const { data: options } = useQuery(optionsQuery);
  const queries = useQueryClient();
  const [choosing, setChoosing] = useState(false);
  const run = (changes: ThreadChanges, text: string) => change.mutate({ thread, changes, text });
  const owner = thread.assignedTo;
  const labels = [...(options?.labels ?? [])];
  const toggleFollow = () =>
    follow(thread.id, !thread.following).then(
      () => showThread(queries, { ...thread, following: !thread.following }, me),
      (error: Error) => tellOutcome(`Not changed: ${threadName(thread)}.`, inboxFailureText(error)),
    );
  return (
    <div className={classes.actions} role="group" aria-label="Thread actions">
      {owner?.userId !== me && (
        <Button size="compact-sm" variant="default" loading={change.isPending} onClick={() => run({ assignedTo: me }, 'Assigned to you')}>
          {owner ? 'Take over' : 'Assign to me'}
        </Button>
      )}
      <Button size="compact-sm" variant="default" onClick={onAssign}>
        Assign…
      </Button>
      {thread.kind === 'staff' && (
        <>
          <Button size="compact-sm" variant="default" onClick={() => setChoosing(true)}>
            People…
          </Button>
          <PeopleDialog thread={choosing ? thread : null} onClose={() => setChoosing(false)} />
        </>
      )}
      <Button size="compact-sm" variant="default" loading={change.isPending}
        onClick={() => (thread.status === 'closed' ? run({ status: 'open' }, 'Reopened') : run({ status: 'closed' }, 'Closed'))}>
        {thread.status === 'closed' ? 'Reopen' : 'Close'}
      </Button>
      <ActionMenu name="Snooze">
        {thread.snoozeUntil && <Menu.Item onClick={() => run({ snoozeUntil: null }, 'Woken')}>Wake it now</Menu.Item>}
        <Menu.Item onClick={() => run({ snoozeUntil: inHours(3) }, 'Snoozed for 3 hours')}>For 3 hours</Menu.Item>
        <Menu.Item onClick={() => run({ snoozeUntil: tomorrowMorning() }, 'Snoozed until tomorrow')}>Until tomorrow, 8:00</Menu.Item>
        <Menu.Item onClick={() => run({ snoozeUntil: nextMonday() }, 'Snoozed until Monday')}>Until Monday, 8:00</Menu.Item>
      </ActionMenu>
      <ActionMenu name="More">
        <Menu.Label>Status</Menu.Label>
        <Menu.RadioGroup value={thread.status} onChange={(status) => run({ status: status as Thread['status'] }, 'Status changed')}>
          {statuses.map((one) => (
            <Menu.RadioItem key={one} value={one}>
              {statusWords[one]}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Label>Priority</Menu.Label>
        <Menu.RadioGroup value={thread.priority} onChange={(one) => run({ priority: one as Thread['priority'] }, 'Priority changed')}>
          {priorities.map((one) => (
            <Menu.RadioItem key={one} value={one}>
              {priorityWords[one]}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        {thread.category && (
          <>
            <Menu.Label>Category</Menu.Label>
            <Menu.RadioGroup
              value={thread.category}
              onChange={(one) => run({ category: one as NonNullable<Thread['category']> }, 'Category changed')}
            >
              {categories.map((one) => (
                <Menu.RadioItem key={one} value={one}>
                  {categoryWords[one]}
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </>
        )}
        {labels.length > 0 && <Menu.Label>Labels</Menu.Label>}
        {labels.map(({ id, name }) => (
          <Menu.CheckboxItem key={id} checked={thread.labels.includes(id)}
            onChange={(on) => run({ labels: on ? [...thread.labels, id] : thread.labels.filter((one) => one !== id) }, 'Labels changed')}>
            {name}
          </Menu.CheckboxItem>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => void toggleFollow()}>{thread.following ? 'Stop following' : 'Follow'}</Menu.Item>
      </ActionMenu>
    </div>
  );
}

function ActionMenu({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <Menu position="bottom-start" withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button size="compact-sm" variant="default" rightSection={<IconChevronDown size={14} aria-hidden="true" />}>
          {name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={classes.menu ?? ''}>{children}</Menu.Dropdown>
    </Menu>
  );
}

function assigneeText({ assignedTo }: Thread, me: string, nameOf: (id: string) => string): string {
  if (!assignedTo) return 'Unassigned';
  if (assignedTo.userId === me) return 'Assigned to you';
  return `Assigned to ${assignedTo.name ?? nameOf(assignedTo.userId)}`;
}
