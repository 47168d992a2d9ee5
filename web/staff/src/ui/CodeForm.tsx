import { Button, Stack, TextInput } from '@mantine/core';
import { useEffect, useRef, type FormEvent } from 'react';

interface CodeFormProps {
  /** What the button says. */
  readonly go: string;
  readonly isBusy: boolean;
  readonly onCode: (code: string) => void;
}

/** The six digits of an authenticator app. The step before is gone, so focus comes here. */
export function CodeForm({ go, isBusy, onCode }: CodeFormProps) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);

  function submit(event: FormEvent): void {
    event.preventDefault();
    const code = (field.current?.value ?? '').replaceAll(/\s/g, '');
    if (isBusy || code === '') return;
    onCode(code);
    field.current?.select();
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="sm" align="flex-start">
        <TextInput
          ref={field}
          label="Code"
          description="The six digits that your authenticator app shows now"
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          withAsterisk={false}
        />
        <Button type="submit" loading={isBusy}>
          {go}
        </Button>
      </Stack>
    </form>
  );
}
