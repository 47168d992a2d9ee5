/** A refusal by the server: problem+json with a stable `code`. The text never holds more than the server's own. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    title: string,
    /** Names this failure in the server's log, where it has one. */
    readonly reference: string | null = null,
    /** What else the answer holds. */
    readonly fields: Readonly<Record<string, unknown>> = {},
  ) {
    super(title);
    this.name = 'Problem';
  }

  static async from(response: Response): Promise<Problem> {
    const body: unknown = await response.json().catch(() => null);
    const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
    const code = typeof fields['code'] === 'string' ? fields['code'] : `http_${response.status}`;
    const title = fields['detail'] ?? fields['title'];
    const text = typeof title === 'string' ? title : `The server answered ${response.status}.`;
    const reference = typeof fields['traceId'] === 'string' ? fields['traceId'] : null;
    return new Problem(response.status, code, text, reference, fields);
  }
}
