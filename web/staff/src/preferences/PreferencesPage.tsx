import { useQuery } from '@tanstack/react-query';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure } from '../ui/Notice';
import { PageHeading } from '../ui/PageHeading';
import { ProveAgain } from '../ui/ProveAgain';
import { PasswordCard } from './PasswordCard';
import { preferencesQuery } from './preferences';
import classes from './Preferences.module.css';
import { PreferencesForm } from './PreferencesForm';
import { PushCard } from './PushCard';

export function PreferencesPage() {
  const { data, error, isPending, refetch } = useQuery(preferencesQuery);
  return (
    <>
      <PageHeading title="Preferences" />
      {isPending && <LoadingRows label="Loading preferences" count={4} height={72} />}
      {error && !data && <LoadFailure what="Your preferences" error={error} onRetry={() => void refetch()} />}
      {data && <PreferencesForm stored={data} />}
      <div className={classes.form}>
        <PushCard />
        <PasswordCard />
      </div>
      <ProveAgain />
    </>
  );
}
