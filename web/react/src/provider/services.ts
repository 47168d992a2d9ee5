import {
  LiveConnection,
  MessagingConnection,
  NotificationList,
  OpenAlerts,
  Outbox,
  UnreadCount,
  type DeviceKey,
  type Requester,
  type SessionState,
  type TokenSource,
} from '@vagus/client';
import { ToastList } from './toastList.js';

/** A `BrowserSession`, or the application's own. */
export interface VagusSession extends Requester {
  readonly token: TokenSource;
  readonly state?: SessionState;
  watch?(watcher: () => void): () => void;
  /** These two are for `useOutbox`: where the sign-in endpoints are, and the key that seals what waits. */
  readonly path?: string;
  deviceKey?(): Promise<DeviceKey>;
}

export interface VagusOptions {
  readonly session: VagusSession;
  /** The connection of the page; made from `session` and `url` where it is not given. */
  readonly connection?: LiveConnection | undefined;
  readonly messaging?: MessagingConnection | undefined;
  /** Origin of the server; the page's own by default. */
  readonly url?: string | undefined;
  /** Whose paths of messages are asked. */
  readonly surface?: 'staff' | 'portal' | undefined;
}

/** What the hooks of one provider share. Making it opens nothing. */
export class Services {
  readonly session: VagusSession;
  readonly connection: LiveConnection;
  readonly messaging: MessagingConnection;
  readonly surface: 'staff' | 'portal';
  readonly unread: UnreadCount;
  readonly alerts: OpenAlerts;
  readonly notifications: NotificationList;
  readonly outbox: Outbox;
  readonly toasts = new ToastList();
  /** The address of `/ws`; undefined: the page's own. */
  readonly watchUrl: string | undefined;

  /** Which person's services these are, counted from 0: a key for what must not outlive its person. */
  readonly turn: number;

  readonly #given: VagusOptions;

  constructor(given: VagusOptions, turn = 0) {
    const { session, connection, messaging, url, surface = 'staff' } = given;
    this.#given = given;
    this.turn = turn;
    const options = { tokens: session.token, ...(url === undefined ? {} : { url }) };
    this.session = session;
    this.surface = surface;
    this.connection = connection ?? new LiveConnection(options);
    this.messaging = messaging ?? new MessagingConnection(options);
    this.watchUrl = url === undefined ? undefined : `${url.replace(/^http/, 'ws')}/ws`;
    this.unread = new UnreadCount(this, surface);
    this.alerts = new OpenAlerts(this);
    this.notifications = new NotificationList(this);
    this.outbox = new Outbox({ session, lines: [this.connection, this.messaging] });
  }

  /**
   * Signing out closes the lines, and signing in opens them again; so does another person's sign-in in place of the first. After each the
   * services are others, which hold nothing: what one person was shown is not the next one's, and what was refused meanwhile is loaded.
   */
  followSession(onOthers: (next: Services) => void): () => void {
    const { session } = this;
    if (!session.watch) return () => {};
    let person = personOf(session.state);
    return session.watch(() => {
      const before = person;
      person = personOf(session.state);
      const isOther = person !== before && (before !== undefined || person === null);
      if (isOther || person === null) this.#close();
      if (session.state?.status === 'signed_in') {
        this.connection.retry();
        this.messaging.retry();
      }
      if (isOther) onOthers(new Services(this.#given, this.turn + 1));
    });
  }

  #close(): void {
    this.connection.close();
    this.messaging.close();
    this.toasts.clear();
  }
}

/** Null: nobody is signed in; undefined: it is not known yet. */
function personOf(state: SessionState | undefined): string | null | undefined {
  if (state?.status === 'signed_in') return state.user.id;
  return state?.status === 'signed_out' ? null : undefined;
}
