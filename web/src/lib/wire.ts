/** The frames of the WebSocket: the generated bodies with their `type` and `ref`. */
import type * as protocol from '../protocol';

type Framed<Name extends string, Body> = { readonly type: Name } & Omit<Body, 'type' | 'ref' | 'reference'>;
type Answer<Name extends string, Body> = Framed<Name, Body> & { readonly ref: number | null };

/** What the client sends; `ref` is added by the connection. */
export type ClientFrame =
  | Framed<'hello', protocol.Hello>
  | Framed<'message_send', protocol.MessageSend>
  | Framed<'message_edit', protocol.MessageEdit>
  | Framed<'message_delete', protocol.MessageDelete>
  | Framed<'typing', protocol.Typing>
  | Framed<'read', protocol.Read>
  | Framed<'watch', protocol.Watch>
  | Framed<'presence_query', protocol.PresenceQuery>;

export type WelcomeFrame = Answer<'welcome', protocol.Welcome>;
export type OkFrame = Answer<'ok', protocol.Ok>;
export type ErrorFrame = Answer<'error', protocol.Refusal>;

/** What changes the state of the chat. */
export type EventFrame =
  | Framed<'message_posted', protocol.MessagePosted>
  | Framed<'message_changed', protocol.MessageChanged>
  | Framed<'room_changed', protocol.RoomChanged>
  | Framed<'room_removed', protocol.RoomRemoved>
  | Framed<'read_changed', protocol.ReadChanged>
  | Framed<'typing', protocol.TypingNow>
  | Framed<'presence', protocol.Presence>
  | Framed<'user_changed', protocol.UserChanged>
  | Framed<'resync', protocol.Resync>;

export type ServerFrame =
  | WelcomeFrame
  | OkFrame
  | ErrorFrame
  | EventFrame
  | Framed<'session_ended', protocol.SessionEnded>
  | Framed<'server_closing', protocol.ServerClosing>;

/** Close codes of the protocol that mean something to the client; after all others it connects again. */
export const CLOSE = {
  sessionEnded: 4001,
  protocolNotSupported: 4002,
} as const;

/** Reads a frame; null when it is none. A newer server may send types that we do not know: they fall through. */
export function readFrame(data: unknown): ServerFrame | null {
  if (typeof data !== 'string') return null;
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null && 'type' in value ? (value as ServerFrame) : null;
  } catch {
    return null;
  }
}
