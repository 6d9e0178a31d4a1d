// Generated from crates/protocol by `cargo xtask bless`. Do not edit.

/** The version of the protocol that these types describe. */
export const PROTOCOL_VERSION = 1;

export type UserView = { 
/**
 * The account.
 */
id: number, 
/**
 * Its unique name.
 */
username: string, 
/**
 * The name shown beside messages.
 */
display_name: string, 
/**
 * `owner`, `admin`, `moderator` or `member`.
 */
role: string, 
/**
 * Where the profile picture is; null while there is none.
 */
avatar_url: string | null, 
/**
 * A few words about the person.
 */
about: string, 
/**
 * Whether at least one of the person's sessions is connected.
 */
online: boolean, 
/**
 * When the last session went offline; null before the first time.
 */
last_seen_at: string | null, 
/**
 * When the account was made.
 */
created_at: string, };

export type AuthorView = { 
/**
 * The account.
 */
id: number, 
/**
 * Its unique name.
 */
username: string, 
/**
 * The name shown beside messages.
 */
display_name: string, };

export type RoomView = { 
/**
 * The room.
 */
id: number, 
/**
 * `lobby` or `direct`.
 */
kind: string, 
/**
 * Its name; for a direct conversation the other person's display name.
 */
name: string, 
/**
 * The other person of a direct conversation, else null.
 */
peer_id: number | null, 
/**
 * The room's counter: no message has a higher `seq` or `version`.
 */
cursor: number, 
/**
 * The `seq` up to which this person has read.
 */
last_read_seq: number, 
/**
 * Messages of others after it that are not deleted, counted up to 1,000.
 */
unread: number, };

export type MessageView = { 
/**
 * The message, over all rooms.
 */
id: number, 
/**
 * Where it stands.
 */
room_id: number, 
/**
 * Its place in the room; never changes.
 */
seq: number, 
/**
 * The room's counter at its last change; equals `seq` until then.
 */
version: number, 
/**
 * Who wrote it.
 */
author: AuthorView, 
/**
 * The text exactly as typed; empty once deleted.
 */
body: string, 
/**
 * The sender's own name for it: a UUID.
 */
client_key: string, 
/**
 * When it was posted.
 */
created_at: string, 
/**
 * When its text last changed, or null.
 */
edited_at: string | null, 
/**
 * When it was deleted, or null.
 */
deleted_at: string | null, 
/**
 * The message it answers; always null in this version.
 */
reply_to: number | null, 
/**
 * Its files; always empty in this version.
 */
attachments: number[], 
/**
 * What people reacted with; always empty in this version.
 */
reactions: Array<string>, };

export type ClientFrame = { "type": "hello" } & Hello | { "type": "message_send" } & MessageSend | { "type": "message_edit" } & MessageEdit | { "type": "message_delete" } & MessageDelete | { "type": "typing" } & Typing | { "type": "read" } & Read | { "type": "watch" } & Watch | { "type": "presence_query" } & PresenceQuery;

export type Hello = { 
/**
 * Repeated in the answer.
 */
ref?: number | null, 
/**
 * The protocol version that the client speaks.
 */
protocol: number, 
/**
 * For each room the highest `version` that the client has seen without a gap; what came after it follows the
 * `welcome`. Rooms that are left out start from now.
 */
cursors?: Record<string, number>, };

export type MessageSend = { 
/**
 * Repeated in the answer.
 */
ref?: number | null, 
/**
 * Where to.
 */
room_id: number, 
/**
 * A UUID made by the client; sending it again is the same message.
 */
client_key: string, 
/**
 * 1 to 4,000 characters.
 */
body: string, 
/**
 * The message it answers; must be null in this version.
 */
reply_to?: number | null, 
/**
 * Files; must be empty in this version.
 */
attachments?: number[], };

export type MessageEdit = { 
/**
 * Repeated in the answer.
 */
ref?: number | null, 
/**
 * Which message.
 */
message_id: number, 
/**
 * The new text, 1 to 4,000 characters.
 */
body: string, };

export type MessageDelete = { 
/**
 * Repeated in the answer.
 */
ref?: number | null, 
/**
 * Which message.
 */
message_id: number, };

export type Typing = { 
/**
 * Repeated if it is refused.
 */
ref?: number | null, 
/**
 * Where.
 */
room_id: number, 
/**
 * False when the field became empty or the message was sent.
 */
active?: boolean, };

export type Read = { 
/**
 * Repeated in the answer.
 */
ref?: number | null, 
/**
 * Where.
 */
room_id: number, 
/**
 * The `seq` of the last message that was read.
 */
seq: number, };

export type Watch = { 
/**
 * Repeated in the answer.
 */
ref?: number | null, 
/**
 * At most [`Watch::MAX_ROOMS`] rooms; they replace the earlier ones.
 */
room_ids: number[], };

export type PresenceQuery = { 
/**
 * Repeated in the answer.
 */
ref?: number | null, 
/**
 * At most [`PresenceQuery::MAX_USERS`] people.
 */
user_ids: number[], };

export type ServerFrame = { "type": "welcome" } & Welcome | { "type": "ok" } & Ok | { "type": "error" } & Refusal | { "type": "message_posted" } & MessagePosted | { "type": "message_changed" } & MessageChanged | { "type": "room_changed" } & RoomChanged | { "type": "room_removed" } & RoomRemoved | { "type": "read_changed" } & ReadChanged | { "type": "typing" } & TypingNow | { "type": "presence" } & Presence | { "type": "user_changed" } & UserChanged | { "type": "resync" } & Resync | { "type": "session_ended" } & SessionEnded | { "type": "server_closing" } & ServerClosing;

export type Welcome = { 
/**
 * That of `hello`; null if there was none.
 */
ref: number | null, 
/**
 * The protocol version that the server speaks.
 */
protocol: number, 
/**
 * The server's own version.
 */
server_version: string, 
/**
 * This session.
 */
session_id: number, 
/**
 * The signed-in person.
 */
me: UserView, 
/**
 * The rooms this person is in.
 */
rooms: Array<RoomView>, 
/**
 * Who is online; empty when more are online than the server lists (then ask with `presence_query`).
 */
online: number[], 
/**
 * How many people are online.
 */
online_count: number, };

export type Ok = { 
/**
 * That of the request.
 */
ref: number | null, 
/**
 * The message that was posted, edited or deleted, as it is now.
 */
message?: MessageView, 
/**
 * The answer to `presence_query`: those of the people asked for who are online.
 */
online?: number[], };

export type Refusal = { 
/**
 * That of the request; null if none could be read.
 */
ref: number | null, 
/**
 * A stable code.
 */
code: string, 
/**
 * A sentence for people.
 */
detail: string, 
/**
 * When it can be tried again, for `rate_limited` and `unavailable`.
 */
retry_after_ms?: number, };

export type MessagePosted = { 
/**
 * The message.
 */
message: MessageView, };

export type MessageChanged = { 
/**
 * The whole message as it is now.
 */
message: MessageView, };

export type RoomChanged = { 
/**
 * The room as this person sees it.
 */
room: RoomView, };

export type RoomRemoved = { 
/**
 * The room.
 */
room_id: number, };

export type ReadChanged = { 
/**
 * The room.
 */
room_id: number, 
/**
 * The `seq` up to which it is read.
 */
last_read_seq: number, 
/**
 * What remains unread, counted up to 1,000.
 */
unread: number, };

export type TypingNow = { 
/**
 * Where.
 */
room_id: number, 
/**
 * Who.
 */
user_id: number, 
/**
 * False when they have stopped.
 */
active: boolean, };

export type Presence = { 
/**
 * People who are online now; empty when the server gives only the count.
 */
came: number[], 
/**
 * People who are offline now; empty when the server gives only the count.
 */
went: number[], 
/**
 * How many people are online.
 */
online_count: number, 
/**
 * False when more people are online than the server lists: keep no list, ask with `presence_query`.
 */
listed: boolean, };

export type UserChanged = { 
/**
 * The account as it is now.
 */
user: UserView, };

export type Resync = { 
/**
 * The room to fetch again.
 */
room_id: number, 
/**
 * The room's counter: everything after it follows as frames.
 */
cursor: number, };

export type SessionEnded = { 
/**
 * `signed_out`, `ended_elsewhere`, `password_changed`, `refresh_reused`, `account_blocked` or `expired`.
 */
reason: string, };

export type ServerClosing = { 
/**
 * When to come back; different for each session, so that not all come at once.
 */
retry_after_ms: number, };

export type RegisterRequest = { 
/**
 * 3 to 32 characters: letters of one script, digits, `_ . -`.
 */
username: string, 
/**
 * At least 8 characters (a setting) and at most 1,024 bytes.
 */
password: string, 
/**
 * An address that no other account has; may be left out.
 */
email?: string, };

export type LoginRequest = { 
/**
 * The username, or the e-mail address.
 */
username?: string, 
/**
 * The e-mail address.
 */
email?: string, 
/**
 * The password.
 */
password: string, };

export type SignedIn = { 
/**
 * The account.
 */
user: UserView, 
/**
 * The session.
 */
session_id: number, 
/**
 * For `Authorization: Bearer …`.
 */
access_token: string, 
/**
 * Always `Bearer`.
 */
token_type: string, 
/**
 * Seconds until the access token expires.
 */
expires_in: number, };

export type RefreshRequest = { 
/**
 * A name of the client's own for this attempt, 1 to 64 characters. A repetition with the same name (the reply
 * was lost, the page was reloaded) gets the same answer; without one, using a secret again ends the session.
 */
attempt?: string, };

export type ChangePasswordRequest = { 
/**
 * The password until now.
 */
current_password: string, 
/**
 * The password from now on. All other sessions end.
 */
new_password: string, };

export type UpdateProfileRequest = { 
/**
 * 1 to 64 characters.
 */
display_name?: string, 
/**
 * At most 500 characters.
 */
about?: string, };

export type MeView = { 
/**
 * The account.
 */
user: UserView, 
/**
 * Its e-mail address, which only its owner and administrators see.
 */
email: string | null, };

export type SessionView = { 
/**
 * The session.
 */
id: number, 
/**
 * What the device called itself when it signed in.
 */
user_agent: string, 
/**
 * The address it signed in from or refreshed from last.
 */
address: string, 
/**
 * When it signed in.
 */
created_at: string, 
/**
 * When it last refreshed its access token.
 */
last_used_at: string, 
/**
 * Whether this request came through it.
 */
current: boolean, };

export type SessionsResponse = { 
/**
 * All sessions that are not over, newest first.
 */
sessions: Array<SessionView>, };

export type SessionsEnded = { 
/**
 * How many.
 */
ended: number, };

export type UsersResponse = { 
/**
 * A page of people, in the order of their ids.
 */
users: Array<UserView>, 
/**
 * Give it as `after` to get the next page; null on the last one.
 */
next: number | null, };

export type UserResponse = { 
/**
 * The account.
 */
user: UserView, };

export type RoomsResponse = { 
/**
 * The rooms that the caller is in.
 */
rooms: Array<RoomView>, };

export type OpenDirectRequest = { 
/**
 * The other person.
 */
user_id: number, };

export type RoomResponse = { 
/**
 * The room.
 */
room: RoomView, };

export type ServerInfo = { 
/**
 * The workspace's name.
 */
name: string, 
/**
 * The server's version.
 */
version: string, 
/**
 * The WebSocket protocol it speaks.
 */
protocol: number, 
/**
 * `open` or `closed`.
 */
sign_up: string, 
/**
 * Whether an account exists; while none does, the first to sign up becomes the owner.
 */
has_accounts: boolean, 
/**
 * The fewest characters of a password.
 */
password_min_chars: number, 
/**
 * The most characters of a message.
 */
message_max_chars: number, };

export type MessagesResponse = { 
/**
 * Oldest first; for changes, in the order of `version`.
 */
messages: Array<MessageView>, 
/**
 * Whether more follow in the direction of the request.
 */
has_more: boolean, };

export type PostMessageRequest = { 
/**
 * A UUID made by the client; sending it again is the same message.
 */
client_key: string, 
/**
 * 1 to 4,000 characters.
 */
body: string, 
/**
 * The message it answers; must be null in this version.
 */
reply_to?: number | null, 
/**
 * Files; must be empty in this version.
 */
attachments?: number[], };

export type EditMessageRequest = { 
/**
 * The new text, 1 to 4,000 characters.
 */
body: string, };

export type MessageResponse = { 
/**
 * The message as it is now.
 */
message: MessageView, };

export type TypingRequest = { 
/**
 * False when they have stopped.
 */
active: boolean, };

export type ReadRequest = { 
/**
 * The `seq` of the last message that was read.
 */
seq: number, };

export type Problem = { 
/**
 * Always `about:blank`: `code` says which problem it is.
 */
type: string, 
/**
 * The status in words.
 */
title: string, 
/**
 * The HTTP status.
 */
status: number, 
/**
 * A stable code.
 */
code: string, 
/**
 * A sentence for people.
 */
detail: string, 
/**
 * What is wrong with which field, for `validation_failed`.
 */
errors?: Array<FieldProblem>, 
/**
 * When it can be tried again, for `rate_limited` and `unavailable`.
 */
retry_after_ms?: number, };

export type FieldProblem = { 
/**
 * The field's name.
 */
field: string, 
/**
 * A stable code.
 */
code: string, 
/**
 * A sentence for people.
 */
message: string, };
