import { newId } from '@vagus/client';
import { useOutbox } from '@vagus/react';
import { useState, type FormEvent } from 'react';

/** A message to the pharmacy. In a cellar without a network it waits, also over a reload, until the same person is signed in again. */
export function Messages() {
  const { entries, outbox } = useOutbox();
  const [content, setContent] = useState('');
  const [refusal, setRefusal] = useState('');

  async function send(event: FormEvent) {
    event.preventDefault();
    const id = newId();
    const body = { recipientId: 'pharmacy', content, clientMessageId: id };
    try {
      await outbox.submit({ id, lane: 'pharmacy', about: content, request: { method: 'POST', address: '/api/messages', body } });
      setContent('');
      setRefusal('');
    } catch (error) {
      setRefusal(String(error));
    }
  }

  return (
    <form onSubmit={(event) => void send(event)}>
      <label>
        To the pharmacy <textarea value={content} onChange={(event) => setContent(event.target.value)} required />
      </label>
      <button>Send</button>
      <p role="alert">{refusal}</p>
      <ul aria-label="Waiting to be sent">
        {entries.map(({ id, about, status }) => (
          <li key={id}>
            {String(about)}: {status}
            <button type="button" onClick={() => void outbox.resend(id)}>Try again</button>
            <button type="button" onClick={() => void outbox.drop(id)}>Drop</button>
          </li>
        ))}
      </ul>
    </form>
  );
}
