import { Button, Select } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { meQuery } from '../data/session/permissions';
import { ActionFailure } from '../ui/ActionFailure';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure } from '../ui/Notice';
import classes from './Settings.module.css';
import { sendSetting, settingKey, useSetting } from './SettingText';
import { useAdminAction } from './useAdminAction';

const setting = 'time-zone';
const noneSet = 'None is set: the server counts by UTC, and each device shows its own.';
const known = Intl.supportedValuesOf('timeZone');

/** Where the clinic is: by its clock days begin, appointments are booked and all times are shown, to staff and to patients. */
export function ClinicZoneForm() {
  const { data, error, isPending, refetch } = useSetting<string>(setting);
  if (isPending) return <LoadingRows label="Loading the time zone" count={1} height={60} />;
  if (error && data === undefined) return <LoadFailure what="The time zone" error={error} onRetry={() => void refetch()} />;
  return <ZoneForm key={data} zone={data ?? null} />;
}

function ZoneForm({ zone }: { zone: string | null }) {
  const queries = useQueryClient();
  const [chosen, setChosen] = useState(zone);
  const save = useAdminAction<string, unknown>({
    run: (changed) => sendSetting(setting, changed),
    done: 'saved',
    about: 'the time zone',
    reloads: settingKey(setting),
    // The clock of this page follows at once, that of others with their next load.
    thenHere: () => void queries.invalidateQueries({ queryKey: meQuery.queryKey }),
  });
  const names = [...new Set([...(zone ? [zone] : []), 'UTC', ...known])];
  return (
    <form
      noValidate
      className={classes.form}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        if (chosen) save.mutate(chosen);
      }}
    >
      <Select
        label="Time zone of the clinic"
        description={zone === null ? noneSet : 'Appointments and all times are by its clock.'}
        searchable
        limit={50}
        data={names}
        value={chosen}
        nothingFoundMessage="No such time zone"
        onChange={setChosen}
      />
      {save.error && <ActionFailure done="saved" error={save.error} />}
      <div>
        <Button type="submit" disabled={chosen === null || chosen === zone} loading={save.isPending}>
          Save the time zone
        </Button>
      </div>
    </form>
  );
}
