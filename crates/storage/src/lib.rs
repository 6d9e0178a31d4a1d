//! What ChatterBox remembers: every SQL statement, for SQLite and PostgreSQL.
