/** A small named world for tests. */
import type { MessageView, RoomView, UserView } from '../../protocol';

export function person(id: number, name: string): UserView {
  return {
    id,
    username: name.toLowerCase(),
    display_name: name,
    role: 'member',
    avatar_url: null,
    about: '',
    online: true,
    last_seen_at: null,
    created_at: '2026-01-01T00:00:00Z',
  };
}

export const ann = person(1, 'Ann');
export const bob = person(2, 'Bob');
export const cat = person(3, 'Cat');

export function lobby(more: Partial<RoomView> = {}): RoomView {
  return { id: 1, kind: 'lobby', name: 'Lobby', peer_id: null, cursor: 0, last_read_seq: 0, unread: 0, ...more };
}

export function direct(id: number, peer: UserView, more: Partial<RoomView> = {}): RoomView {
  return { id, kind: 'direct', name: peer.display_name, peer_id: peer.id, cursor: 0, last_read_seq: 0, unread: 0, ...more };
}

/** The `seq`th message of the Lobby, by Bob, one minute after the one before, unless told otherwise. */
export function message(seq: number, more: Partial<Omit<MessageView, 'author'>> & { author?: UserView } = {}): MessageView {
  const { author = bob, ...rest } = more;
  return {
    id: 1000 + seq,
    room_id: 1,
    seq,
    version: seq,
    author: { id: author.id, username: author.username, display_name: author.display_name },
    body: `message ${seq}`,
    client_key: `key-${seq}`,
    created_at: new Date(Date.UTC(2026, 10, 20, 9, seq)).toISOString(),
    edited_at: null,
    deleted_at: null,
    reply_to: null,
    attachments: [],
    reactions: [],
    ...rest,
  };
}
