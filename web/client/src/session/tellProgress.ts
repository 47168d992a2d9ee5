/** How a session's request goes out; `fetch` is one. */
export type Transport = (address: string, init: RequestInit) => Promise<Response>;

/** An upload of which no byte moved for this long has no line any more. */
const quietMs = 30_000;
/** All is sent: the server looks at the file, also for viruses, before it answers. */
const answerMs = 90_000;

/**
 * `fetch` for an upload, which tells the share of the body that has gone out, from 0 to 1: by XMLHttpRequest, because `fetch` tells nothing
 * of it. A slow line has all the time that it needs; one that stands still fails as a broken one does.
 */
export function tellProgress(onProgress: (share: number) => void): Transport {
  return (address, init) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      const { signal } = init;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const end = (settle: () => void) => () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        settle();
      };
      const wait = (limitMs: number) => {
        clearTimeout(timer);
        timer = setTimeout(() => request.abort(), limitMs);
      };
      function abort(): void {
        request.abort();
      }

      if (signal?.aborted) return reject(signal.reason as Error);
      signal?.addEventListener('abort', abort);
      request.open(init.method ?? 'POST', address);
      new Headers(init.headers).forEach((value, name) => request.setRequestHeader(name, value));
      request.upload.addEventListener('progress', ({ loaded, total }) => {
        wait(quietMs);
        if (total > 0) onProgress(loaded / total);
      });
      request.upload.addEventListener('load', () => wait(answerMs));
      request.addEventListener('load', end(() => resolve(responseOf(request))));
      request.addEventListener('error', end(() => reject(new TypeError('The upload was interrupted.'))));
      request.addEventListener('abort', end(() => reject(signal?.aborted ? (signal.reason as Error) : new TypeError('It stood still.'))));
      wait(quietMs);
      request.send(init.body as XMLHttpRequestBodyInit);
    });
}

function responseOf(request: XMLHttpRequest): Response {
  const headers = { 'Content-Type': request.getResponseHeader('Content-Type') ?? '' };
  // A Response with such a status takes no body, not even an empty one.
  const hasBody = request.status !== 204 && request.status !== 205 && request.status !== 304;
  return new Response(hasBody ? request.responseText : null, { status: request.status, headers });
}
