import { Button, Select, Switch, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import { dateAndTime } from '../time/words';
import { ActionFailure } from '../ui/ActionFailure';
import { announce } from '../ui/announcements';
import { useAction } from '../ui/useAction';
import { ChannelChoice } from './ChannelChoice';
import { changesIn, preferencesQuery, savePreferences, wrongFields, type Preferences } from './preferences';
import classes from './Preferences.module.css';

const zones = Intl.supportedValuesOf('timeZone');
const languages = [
  { value: 'en', label: 'English' },
  { value: 'es', label: 'Español' },
];

/** Saved together, by one button: nothing is half changed. */
export function PreferencesForm({ stored }: { stored: Preferences }) {
  const queries = useQueryClient();
  const [chosen, setChosen] = useState(stored);
  const [tried, setTried] = useState(false);
  const changes = changesIn(stored, chosen);
  const isChanged = Object.keys(changes).length > 0;
  const wrong = tried ? wrongFields(chosen) : {};
  const save = useAction<object, Preferences>({
    run: savePreferences,
    done: () => 'saved',
    about: () => 'your preferences',
    onSuccess: (saved) => queries.setQueryData(preferencesQuery.queryKey, saved),
    thenHere: (saved) => {
      setChosen(saved);
      announce('Preferences saved');
    },
  });
  const change = (changed: Partial<Preferences>) => setChosen({ ...chosen, ...changed });

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (Object.keys(wrongFields(chosen)).length === 0 && isChanged) save.mutate(changes);
  }

  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <Part title="How you are told" hint="When you look at no screen. A notice says only that something waits, never what.">
        <ChannelChoice chosen={chosen} onChange={setChosen} />
        <p className={classes.hint}>Mail goes to {stored.email.address}.</p>
        {stored.email.refusedAt && (
          <p className={classes.hint}>
            A mail server refused it on {dateAndTime(stored.email.refusedAt)}: switch mail off and on again when that is mended.
          </p>
        )}
        <TextInput
          label="Phone number"
          description="For text messages, and for calls about critical alerts"
          type="tel"
          autoComplete="tel"
          value={chosen.sms.phone ?? ''}
          error={wrong['phone']}
          onChange={({ currentTarget: { value } }) => change({ sms: { ...chosen.sms, phone: value.trim() === '' ? null : value.trim() } })}
        />
      </Part>
      <Part title="When you are told" hint="Critical alerts ask for none of this: they come at any hour.">
        <Switch
          label="Quiet hours"
          description="What would leave in between leaves at their end"
          checked={chosen.quietHours !== null}
          onChange={({ currentTarget: { checked } }) => change({ quietHours: checked ? { from: '22:00', to: '07:00' } : null })}
        />
        {chosen.quietHours && (
          <div className={classes.times}>
            <TextInput
              label="Quiet from"
              type="time"
              value={chosen.quietHours.from}
              error={wrong['quiet']}
              onChange={({ currentTarget: { value } }) => change({ quietHours: { from: value, to: chosen.quietHours?.to ?? '' } })}
            />
            <TextInput
              label="Quiet until"
              type="time"
              value={chosen.quietHours.to}
              onChange={({ currentTarget: { value } }) => change({ quietHours: { from: chosen.quietHours?.from ?? '', to: value } })}
            />
          </div>
        )}
        <Switch
          label="Mails once a day"
          description="One mail for everything that still waits"
          checked={chosen.digest.enabled}
          onChange={({ currentTarget: { checked } }) => change({ digest: { ...chosen.digest, enabled: checked } })}
        />
        {chosen.digest.enabled && (
          <TextInput
            label="Time of the daily mail"
            type="time"
            value={chosen.digest.time}
            error={wrong['digest']}
            onChange={({ currentTarget: { value } }) => change({ digest: { ...chosen.digest, time: value } })}
          />
        )}
        <Select
          label="Your time zone"
          data={zones.includes(chosen.timeZone) ? zones : [chosen.timeZone, ...zones]}
          value={chosen.timeZone}
          searchable
          allowDeselect={false}
          limit={50}
          onChange={(value) => value && change({ timeZone: value })}
        />
        <Select
          label="Language of notices"
          data={languages}
          value={chosen.language}
          allowDeselect={false}
          onChange={(value) => value && change({ language: value })}
        />
      </Part>
      {save.error && <ActionFailure done="saved" error={save.error} />}
      <div className={classes.save}>
        <Button type="submit" loading={save.isPending} disabled={!isChanged}>
          Save preferences
        </Button>
        <span role="status">{isChanged ? 'Not saved yet' : save.isSuccess ? 'Saved' : ''}</span>
      </div>
    </form>
  );
}

function Part({ title, hint, children }: { title: string; hint: string; children: ReactNode }) {
  return (
    <section className={classes.part}>
      <h2>{title}</h2>
      <p className={classes.hint}>{hint}</p>
      {children}
    </section>
  );
}
