import { Button, Group, Select } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { IconUserPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { getJson, remove, sendJson } from '../data/care/requests';
import { roleText } from '../data/session/roleWords';
import { useSignedInUser } from '../data/session/useSession';
import { dateAndTime } from '../time/words';
import { ActionFailure } from '../ui/ActionFailure';
import { Confirm } from '../ui/Confirm';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure } from '../ui/Notice';
import { ScrollingTable } from './ScrollingTable';
import { InvitePersonDialog } from './InvitePersonDialog';
import classes from './Settings.module.css';
import { staffRoles } from './staffRoles';
import { useAdminAction } from './useAdminAction';

interface Person {
  readonly id: string;
  readonly email: string;
  readonly displayName: string;
  readonly role: string;
  readonly disabled: boolean;
  readonly lastSeenAt: string | null;
}

const peopleKey = ['settings', 'people'];
const isStaff = ({ role }: Person) => (staffRoles as readonly string[]).includes(role);

type Change =
  | { readonly kind: 'role'; readonly person: Person; readonly role: string }
  | { readonly kind: 'disabled'; readonly person: Person; readonly disabled: boolean }
  | { readonly kind: 'sign-out' | 'invite'; readonly person: Person };

/** Who may sign in, and as what. A change ends the person's sessions. */
export function PeopleSection() {
  const user = useSignedInUser();
  const [inviting, setInviting] = useState(false);
  const [asked, setAsked] = useState<Change | null>(null);
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: peopleKey,
    queryFn: ({ pageParam }) =>
      getJson<{ items: readonly Person[]; next: string | null }>(
        `/api/admin/users?${new URLSearchParams({ limit: '200', ...(pageParam ? { after: pageParam } : {}) })}`,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const change = useAdminAction<Change, unknown>({
    run: apply,
    done: 'changed',
    about: 'the account',
    reloads: peopleKey,
    thenHere: () => setAsked(null),
  });
  const people = data?.pages.flatMap(({ items }) => items).sort((one, other) => one.displayName.localeCompare(other.displayName)) ?? [];
  if (isPending) return <LoadingRows label="Loading people" count={6} height={44} />;
  if (error && !data) return <LoadFailure what="People" error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <div className={classes.bar}>
        <Button leftSection={<IconUserPlus size={18} aria-hidden="true" />} onClick={() => setInviting(true)}>
          Invite a colleague
        </Button>
      </div>
      <ScrollingTable label="People" heads={['Name', 'Role', 'Last seen', 'Actions']}>
        {people.map((person) => (
          <tr key={person.id}>
            <th scope="row">
              {person.displayName} {person.id === user?.id && '(you)'}
              <div className={classes.quiet}>{person.email}</div>
            </th>
            <td>
              {isStaff(person) && person.id !== user?.id ? (
                <Select
                  aria-label={`Role of ${person.displayName}`}
                  size="xs"
                  data={staffRoles.map((role) => ({ value: role, label: roleText(role) }))}
                  value={person.role}
                  allowDeselect={false}
                  onChange={(role) => role && role !== person.role && setAsked({ kind: 'role', person, role })}
                />
              ) : (
                roleText(person.role)
              )}
              {person.disabled && <div className={classes.quiet}>May not sign in</div>}
            </td>
            <td>{person.lastSeenAt ? dateAndTime(person.lastSeenAt) : 'never'}</td>
            <td>
              {person.id !== user?.id && (
                <Group gap={6}>
                  <Button size="compact-sm" variant="default" onClick={() => setAsked({ kind: 'sign-out', person })}>
                    Sign out everywhere
                  </Button>
                  <Button
                    size="compact-sm"
                    variant="default"
                    onClick={() => setAsked({ kind: 'disabled', person, disabled: !person.disabled })}
                  >
                    {person.disabled ? 'Let in again' : 'Close the account'}
                  </Button>
                  {isStaff(person) && person.lastSeenAt === null && (
                    <Button size="compact-sm" variant="default" onClick={() => setAsked({ kind: 'invite', person })}>
                      Invite again
                    </Button>
                  )}
                </Group>
              )}
            </td>
          </tr>
        ))}
      </ScrollingTable>
      {hasNextPage && (
        <Button variant="default" mt="sm" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show more people
        </Button>
      )}
      <Confirm
        title="Change this account?"
        opened={asked !== null}
        action={asked ? actionText(asked) : ''}
        busy={change.isPending}
        onConfirm={() => asked && change.mutate(asked)}
        onClose={() => setAsked(null)}
      >
        {asked && <p>{questionText(asked)}</p>}
        {change.error && <ActionFailure done="changed" error={change.error} />}
      </Confirm>
      <InvitePersonDialog opened={inviting} reloads={peopleKey} onClose={() => setInviting(false)} />
    </>
  );
}

function apply(change: Change): Promise<unknown> {
  const address = `/api/admin/users/${encodeURIComponent(change.person.id)}`;
  switch (change.kind) {
    case 'role':
      return sendJson('PATCH', address, { role: change.role });
    case 'disabled':
      return sendJson('PATCH', address, { disabled: change.disabled });
    case 'sign-out':
      return remove(`${address}/sessions`);
    case 'invite':
      return sendJson('POST', `${address}/invitation`, {});
  }
}

function actionText(change: Change): string {
  switch (change.kind) {
    case 'role':
      return 'Change the role';
    case 'disabled':
      return change.disabled ? 'Close the account' : 'Let in again';
    case 'sign-out':
      return 'Sign out everywhere';
    case 'invite':
      return 'Send the invitation';
  }
}

function questionText({ person, ...change }: Change): string {
  switch (change.kind) {
    case 'role':
      return `${person.displayName} becomes ${roleText(change.role)} instead of ${roleText(person.role)}, and is signed out.`;
    case 'disabled':
      return change.disabled
        ? `${person.displayName} is signed out and may not sign in any more. What the person wrote stays.`
        : `${person.displayName} may sign in again.`;
    case 'sign-out':
      return `${person.displayName} is signed out on every device, and may sign in again.`;
    case 'invite':
      return `${person.displayName} gets a new invitation by mail to ${person.email}.`;
  }
}
