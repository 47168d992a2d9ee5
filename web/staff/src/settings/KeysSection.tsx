import { useQuery } from '@tanstack/react-query';
import { getJson } from '../data/care/requests';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure, Nothing } from '../ui/Notice';
import { ScrollingTable } from './ScrollingTable';
import classes from './Settings.module.css';

interface PublicKey {
  readonly kid: string;
  readonly crv?: string;
  readonly alg?: string;
}

/** The public keys by which signatures of visits and reviews are checked. Keys are replaced on the server alone. */
export function KeysSection() {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['settings', 'keys'],
    queryFn: () => getJson<{ keys: readonly PublicKey[] }>('/api/signing-keys'),
  });
  if (isPending) return <LoadingRows label="Loading keys" count={2} height={44} />;
  if (error && !data) return <LoadFailure what="Keys" error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <p className={classes.quiet}>
        By these keys anybody can check a signature. Whoever runs the server makes a new one with <code>vagus signing-keys rotate</code>,
        and looks after the keys that seal content with <code>vagus keys</code>.
      </p>
      {data.keys.length === 0 && <Nothing>Nothing has been signed yet; the first signature makes the first key.</Nothing>}
      {data.keys.length > 0 && (
        <ScrollingTable label="Signing keys" heads={['Key', 'Curve', 'Algorithm']}>
          {data.keys.map(({ kid, crv, alg }) => (
            <tr key={kid}>
              <th scope="row">{kid}</th>
              <td>{crv ?? ''}</td>
              <td>{alg ?? ''}</td>
            </tr>
          ))}
        </ScrollingTable>
      )}
    </>
  );
}
