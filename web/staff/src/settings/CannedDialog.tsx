import { Button, Group, Select, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import { Problem } from '@vagus/client';
import { useState, type FormEvent } from 'react';
import { sendJson } from '../data/care/requests';
import { ActionFailure } from '../ui/ActionFailure';
import { Dialog } from '../ui/Dialog';
import { Told } from '../ui/failures';
import { KeptNote } from '../ui/KeptNote';
import { useKept } from '../ui/useKept';
import { cannedKey, type Canned } from './canned';
import classes from './Settings.module.css';
import { useAdminAction } from './useAdminAction';

const categories = ['general', 'prescription_refill', 'appointment', 'billing', 'medical_question', 'other'];

export function CannedDialog({ edited, onClose }: { edited: Canned | 'new' | null; onClose: () => void }) {
  return (
    <Dialog title={edited === 'new' ? 'Add a response' : 'Edit the response'} opened={edited !== null} onClose={onClose} holdsInput>
      {edited && <CannedForm canned={edited === 'new' ? null : edited} onClose={onClose} />}
    </Dialog>
  );
}

function CannedForm({ canned, onClose }: { canned: Canned | null; onClose: () => void }) {
  const { fields, set, forget, clear, wasKept } = useKept(`canned ${canned?.id ?? 'new'}`, () => ({
    title: canned?.title ?? '',
    content: canned?.content ?? '',
    category: canned?.category ?? null,
    shortcode: canned?.shortcode ?? '',
    shared: canned?.shared ?? true,
  }));
  const { title, content, category, shortcode, shared } = fields;
  const [tried, setTried] = useState(false);
  const save = useAdminAction<object, unknown>({
    run: (body) => send(canned, body).catch(told),
    done: 'saved',
    about: 'the canned response',
    reloads: cannedKey,
    thenHere: leave,
  });

  function leave(): void {
    forget();
    onClose();
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTried(true);
    if (title.trim() === '' || content.trim() === '') return;
    save.mutate({
      title: title.trim(),
      content: content.trim(),
      shared,
      ...(category ? { category } : {}),
      ...(shortcode.trim() ? { shortcode: shortcode.trim() } : {}),
      ...(canned ? { version: canned.version } : {}),
    });
  }

  return (
    <form noValidate onSubmit={submit}>
      <Stack gap="sm">
        <KeptNote wasKept={wasKept} clear={clear} />
        <TextInput
          label="Title"
          autoComplete="off"
          data-autofocus
          value={title}
          error={tried && title.trim() === '' && 'Write a title'}
          onChange={(event) => set({ title: event.currentTarget.value })}
        />
        <Textarea
          label="Text"
          description="{{patient.firstName}} and others are filled in; [which medicine] is for the writer"
          rows={6}
          value={content}
          error={tried && content.trim() === '' && 'Write the text'}
          onChange={(event) => set({ content: event.currentTarget.value })}
        />
        <div className={classes.row}>
          <Select
            label="About"
            placeholder="Anything"
            data={categories.map((value) => ({ value, label: value.replaceAll('_', ' ') }))}
            value={category}
            clearable
            onChange={(value) => set({ category: value })}
          />
          <TextInput
            label="Shortcode"
            autoComplete="off"
            value={shortcode}
            onChange={(event) => set({ shortcode: event.currentTarget.value })}
          />
        </div>
        <Switch label="For everybody" checked={shared} onChange={(event) => set({ shared: event.currentTarget.checked })} />
        {save.error && <ActionFailure done="saved" error={save.error} />}
        <Group gap="xs">
          <Button type="submit" loading={save.isPending}>
            Save the response
          </Button>
          <Button variant="default" onClick={leave}>
            Back
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function send(canned: Canned | null, body: object): Promise<unknown> {
  const address = '/api/canned-responses';
  return canned ? sendJson('PUT', `${address}/${encodeURIComponent(canned.id)}`, body) : sendJson('POST', address, body);
}

function told(error: unknown): never {
  const text = error instanceof Problem ? refusals[error.code] : undefined;
  throw text ? new Told(text) : error;
}

const refusals: Readonly<Record<string, string>> = {
  shortcode_taken: 'Another response has this shortcode. Choose another one.',
  unknown_variable: 'The text holds a variable that does not exist.',
};
