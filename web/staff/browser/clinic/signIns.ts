import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer } from './answer';

const kim = { id: 'user-1', email: 'kim@clinic.example', displayName: 'Kim Osei', role: 'nurse', tenant: 'demo' };
const grace = { ...kim, id: 'user-2', email: 'grace@clinic.example', displayName: 'Grace Mbeki' };

export type Permissions = Record<string, string[]>;

/** The sessions of one person at a time: access tokens, and a refresh token in a cookie that changes with each use. */
export class SignIns {
  readonly #tokens = new Set<string>();
  #refresh: string | null = null;
  #issued = 0;
  #user = kim;
  /** What the signed-in person may do. */
  permissions: Permissions = { '*': ['read', 'create', 'update', 'delete'] };

  knows(token: string): boolean {
    return this.#tokens.has(token);
  }

  mayUse(type: string): boolean {
    return (this.permissions[type] ?? this.permissions['*'] ?? []).length > 0;
  }

  /** No token is good any more and no session can be renewed. */
  end(): void {
    this.#tokens.clear();
    this.#refresh = null;
  }

  serve(what: string, body: string, request: IncomingMessage, response: ServerResponse): void {
    const { permissions } = this;
    if (what === 'me') return answer(response, 200, { user: this.#user, tenantName: 'Harbor Clinic', sessionId: 's1', permissions });
    if (what === 'activity') return void response.writeHead(204).end();
    if (request.headers['x-vagus-client'] !== 'browser') return answer(response, 400, { code: 'not_a_browser' });
    if (what === 'login') return this.#signIn(body, response);
    if (what === 'refresh') return this.#renew(request, response);
    this.#refresh = null;
    response.writeHead(204).end();
  }

  #signIn(body: string, response: ServerResponse): void {
    const { email, password } = JSON.parse(body) as { email: string; password: string };
    const known = [kim, grace].find((each) => each.email === email);
    if (known && password === 'a long enough password') {
      this.#user = known;
      this.#grant(response);
    } else answer(response, 401, { code: 'wrong_credentials', title: 'Wrong credentials' });
  }

  #renew(request: IncomingMessage, response: ServerResponse): void {
    const cookie = /vagus_refresh=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
    if (this.#refresh !== null && cookie === this.#refresh) this.#grant(response);
    else answer(response, 401, { code: 'no_session' });
  }

  #grant(response: ServerResponse): void {
    this.#issued += 1;
    this.#refresh = `refresh-${this.#issued}`;
    const accessToken = `access-${this.#issued}`;
    this.#tokens.add(accessToken);
    response.setHeader('Set-Cookie', `vagus_refresh=${this.#refresh}; HttpOnly; SameSite=Strict; Path=/api/auth`);
    answer(response, 200, { accessToken, expiresIn: 900, sessionId: 's1', user: this.#user });
  }
}
