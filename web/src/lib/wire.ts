/** The frames of the WebSocket, named as the client needs them. */
import type * as protocol from '../protocol';

export type ServerFrame = protocol.ServerFrame;

type Received<Name extends ServerFrame['type']> = Extract<ServerFrame, { type: Name }>;
type WithoutRef<Frame> = Frame extends unknown ? Omit<Frame, 'ref'> : never;

/** What the client sends; `ref` is added by the connection. */
export type ClientFrame = WithoutRef<protocol.ClientFrame>;

export type WelcomeFrame = Received<'welcome'>;
export type OkFrame = Received<'ok'>;
export type ErrorFrame = Received<'error'>;

/** What changes the state of the chat. */
export type EventFrame = Exclude<
  ServerFrame,
  WelcomeFrame | OkFrame | ErrorFrame | Received<'session_ended' | 'server_closing'>
>;

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
