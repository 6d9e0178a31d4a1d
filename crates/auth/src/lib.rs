//! Passwords, access tokens, refresh secrets and the keys that sign them.
