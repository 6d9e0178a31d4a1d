//! The tables, in types that both databases have: `BigInt`, `Text`, `Bool`, `Binary` and `Timestamp` in UTC.

diesel::table! {
    workspace (id) {
        id -> BigInt,
        owner_claimed -> Bool,
    }
}

diesel::table! {
    users (id) {
        id -> BigInt,
        username -> Text,
        username_key -> Text,
        username_look -> Text,
        display_name -> Text,
        email -> Nullable<Text>,
        email_key -> Nullable<Text>,
        password_hash -> Text,
        role -> Text,
        about -> Text,
        blocked_at -> Nullable<Timestamp>,
        last_seen_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        user_id -> BigInt,
        user_agent -> Text,
        address -> Text,
        created_at -> Timestamp,
        last_used_at -> Timestamp,
        expires_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        end_reason -> Nullable<Text>,
    }
}

diesel::table! {
    refresh_secrets (hash) {
        hash -> Text,
        session_id -> BigInt,
        issued_at -> Timestamp,
        spent_at -> Nullable<Timestamp>,
        attempt -> Nullable<Text>,
    }
}

diesel::table! {
    rooms (id) {
        id -> BigInt,
        kind -> Text,
        name -> Text,
        counter -> BigInt,
        direct_key -> Nullable<Text>,
        created_at -> Timestamp,
    }
}

diesel::table! {
    memberships (room_id, user_id) {
        room_id -> BigInt,
        user_id -> BigInt,
        last_read_seq -> BigInt,
        joined_at -> Timestamp,
    }
}

diesel::table! {
    messages (id) {
        id -> BigInt,
        room_id -> BigInt,
        seq -> BigInt,
        version -> BigInt,
        author_id -> BigInt,
        client_key -> Binary,
        body -> Text,
        created_at -> Timestamp,
        edited_at -> Nullable<Timestamp>,
        deleted_at -> Nullable<Timestamp>,
    }
}

diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(refresh_secrets -> sessions (session_id));
diesel::joinable!(memberships -> rooms (room_id));
diesel::joinable!(memberships -> users (user_id));
diesel::joinable!(messages -> users (author_id));
diesel::joinable!(messages -> rooms (room_id));
diesel::allow_tables_to_appear_in_same_query!(users, sessions, refresh_secrets, rooms, memberships, messages);
