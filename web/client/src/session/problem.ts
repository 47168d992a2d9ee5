/** A refusal by the server: problem+json with a stable `code`. The text never holds more than the server's own. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    title: string,
  ) {
    super(title);
    this.name = 'Problem';
  }

  static async from(response: Response): Promise<Problem> {
    const body: unknown = await response.json().catch(() => null);
    const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
    const code = typeof fields['code'] === 'string' ? fields['code'] : `http_${response.status}`;
    const title = fields['detail'] ?? fields['title'];
    return new Problem(response.status, code, typeof title === 'string' ? title : `The server answered ${response.status}.`);
  }
}
