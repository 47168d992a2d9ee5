import { Button, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Problem } from '@vagus/client';
import type { FormEvent } from 'react';
import { getJson, sendJson } from '../data/care/requests';
import { ActionFailure } from '../ui/ActionFailure';
import { Told } from '../ui/failures';
import { KeptNote } from '../ui/KeptNote';
import { LoadingRows } from '../ui/LoadingRows';
import { LoadFailure } from '../ui/Notice';
import { useKept } from '../ui/useKept';
import classes from './Settings.module.css';
import { useAdminAction } from './useAdminAction';

export function settingKey(name: string) {
  return ['settings', 'setting', name];
}

export function useSetting<T>(name: string) {
  return useQuery({ queryKey: settingKey(name), queryFn: () => getJson<T | null>(`/api/admin/settings/${name}`) });
}

/** A setting that has no form of its own, as JSON. What the server does not take changes nothing. */
export function SettingText({ name, label }: { name: string; label: string }) {
  const { data, error, isPending, refetch } = useSetting<object>(name);
  if (isPending) return <LoadingRows label={`Loading ${label}`} count={1} height={80} />;
  if (error && data === undefined) return <LoadFailure what={label} error={error} onRetry={() => void refetch()} />;
  return <SettingForm key={JSON.stringify(data)} name={name} label={label} value={data ?? null} />;
}

function SettingForm({ name, label, value }: { name: string; label: string; value: object | null }) {
  const initial = () => ({ text: value === null ? '' : JSON.stringify(value, null, 2) });
  const { fields: { text }, set, forget, clear, wasKept } = useKept(`setting ${name} ${JSON.stringify(value)}`, initial);
  const save = useAdminAction<object, unknown>({
    run: (changed) => sendSetting(name, changed),
    done: 'saved',
    about: label,
    reloads: settingKey(name),
    thenHere: forget,
  });
  const parsed = parse(text);
  return (
    <form
      className={classes.form}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        if (parsed) save.mutate(parsed);
      }}
    >
      <KeptNote wasKept={wasKept} clear={clear} />
      <Textarea
        label={label}
        description={value === null ? 'Nothing is set: the defaults hold.' : undefined}
        rows={Math.min(14, Math.max(3, text.split('\n').length))}
        value={text}
        spellCheck={false}
        error={text.trim() !== '' && parsed === null && 'This is not valid JSON.'}
        onChange={(event) => set({ text: event.currentTarget.value })}
      />
      {save.error && <ActionFailure done="saved" error={save.error} />}
      <div>
        <Button type="submit" variant="default" size="xs" disabled={parsed === null} loading={save.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}

export function sendSetting(name: string, value: object | string): Promise<unknown> {
  return sendJson('PUT', `/api/admin/settings/${name}`, value).catch((error: unknown) => {
    // Settings hold nothing of patients, and the server says which field it does not take.
    if (error instanceof Problem && (error.status === 400 || error.status === 422)) throw new Told(`Not taken: ${error.message}`);
    throw error;
  });
}

function parse(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}
