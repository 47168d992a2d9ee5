import { useQuery } from '@tanstack/react-query';
import { getJson } from '../data/care/requests';
import { roleText } from '../data/session/roleWords';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure } from '../ui/Notice';
import { ScrollingTable } from './ScrollingTable';
import classes from './Settings.module.css';
import { SettingText } from './SettingText';

interface Policy {
  readonly roles: Readonly<
    Record<
      string,
      {
        readonly permissions: Readonly<Record<string, readonly string[]>>;
        readonly events: readonly string[];
        readonly hiddenLabels: readonly string[];
      }
    >
  >;
}

/** What each role may do and is told of, as it stands; and the settings that narrow it. */
export function PoliciesSection() {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['settings', 'policy'],
    queryFn: () => getJson<Policy>('/api/admin/policy'),
  });
  if (isPending) return <LoadingRows label="Loading policies" count={6} height={44} />;
  if (error && !data) return <LoadFailure what="Policies" error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <ScrollingTable label="Roles" heads={['Role', 'Reads', 'Writes', 'Is told of', 'Hidden labels']}>
        {Object.entries(data.roles).map(([role, { permissions, events, hiddenLabels }]) => (
          <tr key={role}>
            <th scope="row">{roleText(role)}</th>
            <td>{kindsText(permissions, 'read')}</td>
            <td>{kindsText(permissions, 'update')}</td>
            <td>{events.length === 0 ? 'no events' : `${events.length} kinds of events`}</td>
            <td>{hiddenLabels.length === 0 ? 'none' : hiddenLabels.join(', ')}</td>
          </tr>
        ))}
      </ScrollingTable>
      <h3>What your organization narrows</h3>
      <p className={classes.quiet}>An organization may show roles less than this table, and never more.</p>
      <SettingText name="visibility" label="Visibility" />
      <SettingText name="alert-policy" label="Alerts: levels, minutes, read-back" />
      <SettingText name="sign-in" label="Sign-in: idle time, second factors" />
    </>
  );
}

/** A kind without an entry of its own has the verbs of `*`. */
function kindsText(permissions: Policy['roles'][string]['permissions'], verb: string): string {
  const others = permissions['*']?.includes(verb) ?? false;
  const own = Object.entries(permissions).filter(([kind]) => kind !== '*');
  if (others) {
    const but = own.filter(([, verbs]) => !verbs.includes(verb)).length;
    return but === 0 ? 'everything' : `all but ${but} kinds`;
  }
  const kinds = own.filter(([, verbs]) => verbs.includes(verb)).map(([kind]) => kind);
  if (kinds.length === 0) return 'nothing';
  return kinds.length <= 6 ? kinds.join(', ') : `${kinds.slice(0, 5).join(', ')} and ${kinds.length - 5} more`;
}
