import type { OutboxWrite } from '@vagus/client';
import { expect, test } from 'vitest';
import { beginningWrite, noteWrite, outgoingOf, replyWrite } from '../../src/inbox/outgoing';
import { someThread } from './someThread';

const begins = { patientId: 'ana', subject: 'Your knee', category: 'general', priority: 'normal' } as const;

test.each<[string, (text: string) => OutboxWrite]>([
  ['a reply', (content) => replyWrite(someThread(), { content, clientMessageId: '1' }, [])],
  ['a note', (text) => noteWrite(someThread(), text, [], '1')],
  ['a first message', (text) => beginningWrite(begins, 'Ana Ruiz', text, '1')],
])('What is sent of %s has no space around it, also while it waits', (_, write) => {
  const { request, about } = write(' How is it? \n');

  expect(request.body).toMatchObject({ content: 'How is it?' });
  expect(outgoingOf({ about } as Parameters<typeof outgoingOf>[0]).content).toBe('How is it?');
});
