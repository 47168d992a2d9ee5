/** An answer that others wait for too: this wait for it ends with the signal, theirs go on. */
export function unlessAborted<Answer>(answer: Promise<Answer>, signal: AbortSignal | null | undefined): Promise<Answer> {
  if (!signal) return answer;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    const settle = () => signal.removeEventListener('abort', abort);
    signal.addEventListener('abort', abort);
    void answer.then(resolve, reject).finally(settle);
    if (signal.aborted) abort();
  });
}
