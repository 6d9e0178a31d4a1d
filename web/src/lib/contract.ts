/**
 * What components see of the client: reactive objects (Svelte runes behind plain properties) and plain data.
 * Components read the properties in templates and call the methods; they keep no copy of anything that stands here.
 *
 * `createClient()` in `client.svelte.ts` makes the real objects. Pure functions for components:
 * `markdown.ts` (parseMarkdown), `time.ts`, `avatar.ts`, `text.ts`, `keys.ts`, `fuzzy.ts`, `password.ts`, `i18n.ts`.
 *
 * Times called `…At` that are numbers are milliseconds of `Date.now()`; strings are ISO 8601 from the server.
 */
import type { MessageView, RoomView, ServerInfo, SessionView, UserView } from '../protocol';

export type { MessageView, RoomView, ServerInfo, SessionView, UserView };

/** Everything, made once per page. */
export interface Client {
  /** What the server says of itself; null until it has answered. */
  readonly server: ServerInfo | null;
  readonly session: Session;
  readonly connection: Connection;
  readonly chat: Chat;
  readonly preferences: Preferences;
  /** The reader's current day as `YYYY-MM-DD`; changes at midnight. For "Today" and "Yesterday" labels. */
  readonly today: string;
  /** Begins: loads the server's info and restores the session. Call once; the result stops everything. */
  start(): () => void;
}

// session

export type SessionState =
  /** Asking the server who we are. `unreachable` once it has not answered; it is asked again by itself. */
  | { readonly kind: 'restoring'; readonly unreachable: boolean }
  | { readonly kind: 'signed_out' }
  | { readonly kind: 'signed_in'; readonly me: UserView }
  /** Over, but the conversation stays on screen under one dialog that offers to sign in again; text is kept. */
  | { readonly kind: 'ended'; readonly me: UserView; readonly reason: EndReason };

/** Why a session is over; `explainEnd(reason)` of `i18n.ts` gives the sentences. */
export type EndReason =
  | 'ended_elsewhere'
  | 'password_changed'
  | 'refresh_reused'
  | 'account_blocked'
  | 'expired'
  /** Somebody else has signed in on this browser, in another tab. */
  | 'other_account';

/** The answer to a form. */
export type FormOutcome =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** The server's stable code, or `unreachable` when there was no answer. */
      readonly code: string;
      /** A sentence for the head of the form; empty when the fields say it all. */
      readonly message: string;
      /** Sentences by field name (`username`, `password`, `email`, `current_password`, `new_password` …). */
      readonly fields: Readonly<Record<string, string>>;
      /** When it can be tried again, for a countdown; null when at once. */
      readonly retryAt: number | null;
    };

export interface Session {
  readonly state: SessionState;
  /** `login` is a username or an e-mail address. Also the way out of `ended`. */
  signIn(login: string, password: string): Promise<FormOutcome>;
  /** `email` may be empty. */
  signUp(username: string, password: string, email: string): Promise<FormOutcome>;
  /** Ends this session here and, when it can be reached, on the server. */
  signOut(): Promise<void>;
  /** Ends all sessions of the account. */
  signOutEverywhere(): Promise<FormOutcome>;
  /** From `ended` or `restoring` to the sign-in page. Unsent messages and drafts stay for this account. */
  leave(): void;
  changePassword(current: string, next: string): Promise<FormOutcome>;
  updateProfile(change: { display_name?: string; about?: string }): Promise<FormOutcome>;
  listSessions(): Promise<readonly SessionView[]>;
  endSession(id: number): Promise<FormOutcome>;
}

// connection

export interface Connection {
  /** What is really the case. */
  readonly state: 'idle' | 'connecting' | 'online' | 'waiting' | 'offline' | 'outdated';
  /**
   * What to show: `fine` (nothing) for cuts below 2 s, then `reconnecting`; `waiting` with a countdown to `retryAt`
   * and "Try now"; `offline` when the device says that it has no network; `outdated`: this page speaks an older
   * protocol than the server, only a reload helps.
   */
  readonly shown: 'fine' | 'reconnecting' | 'waiting' | 'offline' | 'outdated';
  /** Whole seconds until the next attempt, counted down; 0 while trying. */
  readonly secondsLeft: number;
  /** The server was replaced by another version since this page was loaded: offer a quiet "Reload". */
  readonly serverReplaced: boolean;
  tryNow(): void;
}

// chat

export interface Chat {
  /** Whether the rooms are known; until then show the skeleton. */
  readonly ready: boolean;
  readonly me: UserView | null;
  /** The Lobby first, then direct conversations, the latest activity first. */
  readonly rooms: readonly RoomState[];
  /** The room on screen. */
  readonly current: RoomState | null;
  /** Everybody known here, by name. */
  readonly people: readonly UserView[];
  /** Who is online, by name, me included. Empty when `onlineListed` is false. */
  readonly online: readonly UserView[];
  readonly onlineCount: number;
  /** False when too many are online to list them: show the count only. */
  readonly onlineListed: boolean;
  /** Sum of unread messages over all rooms, for the page title. */
  readonly unread: number;
  /** How many messages wait to be sent or have failed. */
  readonly unsent: number;
  /**
   * What a screen reader should hear now, for one visually hidden live region: "Ann: hello", bursts merged
   * ("5 new messages"). Changes only for new messages of others in the current room.
   */
  readonly announcement: string;
  isOnline(userId: number): boolean;
  person(userId: number): UserView | undefined;
  room(roomId: number): RoomState | undefined;
  /** Shows a room; the page of its latest messages loads if it is not there yet. */
  openRoom(roomId: number): void;
  /** Opens or makes the conversation with a person and shows it. */
  openDirect(userId: number): Promise<FormOutcome>;
  /** Alt+↑ (-1) and Alt+↓ (+1). */
  openNeighbour(step: -1 | 1): void;
  /** What the switcher (Ctrl+K) lists: rooms and people, unread first, then by how well they match. */
  findDestinations(query: string): readonly Destination[];
  openDestination(destination: Destination): Promise<FormOutcome>;
}

export interface Destination {
  readonly key: string;
  readonly kind: 'room' | 'person';
  /** The room's id, or the person's. */
  readonly id: number;
  readonly name: string;
  /** `@username` of a person or of a direct conversation's other person; empty for the Lobby. */
  readonly detail: string;
  readonly unread: number;
  /** Positions in `name` (UTF-16) that match the query, for emphasis. */
  readonly matches: readonly number[];
}

export type LoadState = 'idle' | 'loading' | 'failed';

export interface RoomState {
  readonly id: number;
  /** `lobby` or `direct`. */
  readonly kind: string;
  readonly name: string;
  /** The other person of a direct conversation. */
  readonly peer: UserView | null;
  readonly unread: number;
  readonly lastReadSeq: number;
  /** Whether a draft waits here (pencil mark); false for the room on screen. */
  readonly hasDraft: boolean;

  /** What the conversation shows, oldest first, each with a stable `key`. Rows that did not change stay the same object. */
  readonly rows: readonly TimelineRow[];
  /** Whether any page has been loaded. While false: `latest` says how that goes. */
  readonly loaded: boolean;
  /** Loading the newest page: on first open, after `resync`, on "jump to latest". */
  readonly latest: LoadState;
  readonly older: LoadState;
  readonly newer: LoadState;
  /** The first message of the room is loaded: show "Beginning of …" and ask for nothing more. */
  readonly reachedStart: boolean;
  /** The newest message is loaded. When false, `loadNewer` continues and "jump to latest" calls `loadLatest`. */
  readonly reachedEnd: boolean;
  /**
   * Counts up whenever the window was replaced rather than extended (first load, jump, resync): go to the bottom.
   */
  readonly replaced: number;
  /**
   * Counts up whenever older rows were put in front, *before* the rows change in the DOM: keep the view in place
   * (virtua: `shift` for that update).
   */
  readonly prepended: number;

  /** People typing here now, others only; `typingText(names)` of `i18n.ts` words it. */
  readonly typing: readonly UserView[];
  readonly notice: RoomNotice | null;
  /** The composer's text. Assign on every input; it is saved within 500 ms and followed by other tabs. */
  draft: string;
  /** Counts up when `draft` was changed by something else than assigning it (other tab, refusal, restored text). */
  readonly draftReplaced: number;
  /** The own message being edited, or null. */
  readonly editing: Editing | null;

  /** Oldest pages first to come in; no effect while loading, when `reachedStart`, or before the first load. Also "Try again". */
  loadOlder(): Promise<void>;
  loadNewer(): Promise<void>;
  /** Loads the newest page and replaces the window. Also "Try again" of the first load. */
  loadLatest(): Promise<void>;
  /** Tells which messages are on screen, so that the bounded window (2,000) is cut at the far side. */
  view(firstSeq: number, lastSeq: number): void;
  /**
   * Sends `body` as it is, or nothing when it is blank or too long (`judgeBody` of `text.ts` says which); true when
   * it went to the outbox. Clears the draft, stops typing, and jumps to the latest when that is not loaded.
   */
  send(body: string): boolean;
  /** "Not sent": again, with the same client key. */
  retry(clientKey: string): void;
  /** "Not sent" → Edit: takes it out of the timeline and puts the text into the composer. */
  takeBack(clientKey: string): void;
  /** "Not sent" → Delete. */
  discard(clientKey: string): void;
  /** Begins to edit an own, sent, undeleted message. */
  startEdit(messageId: number): void;
  /** ↑ in the empty composer: begins to edit the own last message; false when there is none loaded. */
  editLast(): boolean;
  cancelEdit(): void;
  /** Saves; unchanged text only ends the editing. On a refusal the editing stays open, with `notice`. */
  saveEdit(text: string): Promise<void>;
  delete(messageId: number): Promise<void>;
  /** All up to this `seq` has been on screen while the tab was focused. Cheap to call often. */
  markRead(seq: number): void;
  /** Call on every input with whether the composer has text; frames go out at most every 3 s. */
  typed(hasText: boolean): void;
  dismissNotice(): void;
}

/** A sentence above the composer. */
export interface RoomNotice {
  /** `refused`: text is back in the composer. `reloaded`: too much was missed, the pane was loaded again. */
  readonly kind: 'refused' | 'reloaded' | 'edit_refused' | 'delete_refused';
  readonly text: string;
}

export interface Editing {
  readonly messageId: number;
  /** The text as it stands now in the room. */
  readonly original: string;
  /** The text in the field. */
  text: string;
}

/** A message on its way. */
export interface OutboxItem {
  readonly clientKey: string;
  readonly roomId: number;
  readonly body: string;
  readonly createdAt: number;
  /** `failed`: the server could not; Retry / Edit / Delete. `refused`: it will not; Edit / Delete. */
  readonly state: 'pending' | 'failed' | 'refused';
  /** Why, for `failed` and `refused`; else empty. */
  readonly reason: string;
}

// timeline

export type TimelineRow = DateRow | SystemRow | MessageRow;

export interface DateRow {
  readonly kind: 'date';
  readonly key: string;
  /** `YYYY-MM-DD` in the reader's zone; `dayLabel(day, client.today)` of `time.ts` words it. */
  readonly day: string;
}

/** A centred line: somebody joined or left. */
export interface SystemRow {
  readonly kind: 'system';
  readonly key: string;
  readonly text: string;
  readonly at: number;
}

export interface MessageRow {
  readonly kind: 'message';
  /** The same while the message is pending and after it was acknowledged. */
  readonly key: string;
  /** Null while the message is not acknowledged. */
  readonly id: number | null;
  /** Null while the message is not acknowledged. */
  readonly seq: number | null;
  readonly clientKey: string;
  readonly own: boolean;
  readonly authorId: number;
  /** The author's display name as it is now. */
  readonly author: string;
  readonly username: string;
  /** Empty when deleted. */
  readonly body: string;
  /** ISO time, for `<time datetime>`; of a pending message the time it was written. */
  readonly at: string;
  readonly edited: boolean;
  readonly deleted: boolean;
  /** `sent`, or the state in the outbox. */
  readonly delivery: 'sent' | OutboxItem['state'];
  /** Why it was not sent; empty otherwise. */
  readonly reason: string;
  /** First of a group: shows avatar and header. */
  readonly starts: boolean;
  /** Last of a group. */
  readonly ends: boolean;
}

// markdown

/** A piece of a message. Text is never HTML; `href` is always http, https or mailto. */
export type MarkdownNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'break' }
  | { readonly kind: 'bold' | 'italic' | 'strike'; readonly children: readonly MarkdownNode[] }
  | { readonly kind: 'code'; readonly text: string }
  | {
      readonly kind: 'link';
      readonly href: string;
      /** Where it goes, in punycode, when the host mixes scripts or differs deceptively from the text; else null. */
      readonly warning: string | null;
      readonly children: readonly MarkdownNode[];
    }
  | { readonly kind: 'paragraph'; readonly children: readonly MarkdownNode[] }
  /** `language` is empty when the fence names none. */
  | { readonly kind: 'fence'; readonly language: string; readonly text: string }
  | { readonly kind: 'quote'; readonly children: readonly MarkdownNode[] }
  | {
      readonly kind: 'list';
      readonly ordered: boolean;
      readonly start: number;
      readonly items: readonly (readonly MarkdownNode[])[];
    };

/** A message's body, read. */
export interface MarkdownDocument {
  readonly nodes: readonly MarkdownNode[];
  /** One to three emoji and nothing else: draw them large. */
  readonly largeEmoji: boolean;
}

// preferences

export type Theme = 'system' | 'light' | 'dark';

export interface Preferences {
  /** Assigning saves it, sets `data-theme` on the root element (removed for `system`) and tells other tabs. */
  theme: Theme;
  /** `enter`: Enter sends; `mod_enter`: Ctrl/Cmd+Enter sends. On touch devices Enter always breaks the line. */
  sendKey: 'enter' | 'mod_enter';
}
