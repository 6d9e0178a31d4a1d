CREATE TABLE workspace (
    id BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
    -- Set by the first account in the same statement that asks, so that two at once make one owner.
    owner_claimed BOOLEAN NOT NULL
);
INSERT INTO workspace (id, owner_claimed) VALUES (1, FALSE);

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    username TEXT NOT NULL,
    username_key TEXT NOT NULL CONSTRAINT users_username_key_unique UNIQUE,
    username_look TEXT NOT NULL CONSTRAINT users_username_look_unique UNIQUE,
    display_name TEXT NOT NULL,
    email TEXT,
    email_key TEXT CONSTRAINT users_email_key_unique UNIQUE,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'moderator', 'member')),
    about TEXT NOT NULL,
    blocked_at TIMESTAMP,
    last_seen_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id),
    user_agent TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    last_used_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    end_reason TEXT
);
CREATE INDEX sessions_live ON sessions (user_id) WHERE ended_at IS NULL;

-- Every refresh secret that was handed out in a live session, so that a second use of any of them is recognised.
CREATE TABLE refresh_secrets (
    hash TEXT PRIMARY KEY NOT NULL,
    session_id BIGINT NOT NULL REFERENCES sessions (id),
    issued_at TIMESTAMP NOT NULL,
    spent_at TIMESTAMP,
    attempt TEXT
);
CREATE INDEX refresh_secrets_session ON refresh_secrets (session_id);

CREATE TABLE rooms (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('lobby', 'direct')),
    name TEXT NOT NULL,
    -- The room's order: the highest seq and version given out.
    counter BIGINT NOT NULL,
    direct_key TEXT CONSTRAINT rooms_direct_key_unique UNIQUE,
    created_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX rooms_one_lobby ON rooms (kind) WHERE kind = 'lobby';
INSERT INTO rooms (kind, name, counter, created_at) VALUES ('lobby', 'Lobby', 0, CURRENT_TIMESTAMP);

CREATE TABLE memberships (
    room_id BIGINT NOT NULL REFERENCES rooms (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    last_read_seq BIGINT NOT NULL,
    joined_at TIMESTAMP NOT NULL,
    PRIMARY KEY (room_id, user_id)
) WITHOUT ROWID;
CREATE INDEX memberships_user ON memberships (user_id);

CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    room_id BIGINT NOT NULL REFERENCES rooms (id),
    seq BIGINT NOT NULL,
    version BIGINT NOT NULL,
    author_id BIGINT NOT NULL REFERENCES users (id),
    client_key BLOB NOT NULL,
    body TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    edited_at TIMESTAMP,
    deleted_at TIMESTAMP,
    CONSTRAINT messages_client_key_unique UNIQUE (author_id, client_key),
    CONSTRAINT messages_seq_unique UNIQUE (room_id, seq),
    CONSTRAINT messages_version_unique UNIQUE (room_id, version)
);
