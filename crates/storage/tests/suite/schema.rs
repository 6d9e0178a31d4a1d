//! One schema in two databases.

use chatterbox_storage::{Db, migration_versions};

use crate::migrations::lines;
use crate::world::World;

stories! {
    postgres: both_databases_have_the_same_migrations, both_databases_have_the_same_schema;
}

async fn both_databases_have_the_same_migrations(postgres: World) {
    let known = migration_versions(&postgres.url);
    assert!(!known.is_empty());
    assert_eq!(known, migration_versions(&World::on_sqlite().url));
}

async fn both_databases_have_the_same_schema(postgres: World) {
    let sqlite = World::on_sqlite();
    drop((postgres.open(), sqlite.open()));
    let (mut postgres, mut sqlite) = (postgres.stranger(), sqlite.stranger());
    for (what, read) in [
        ("columns", columns as fn(&mut Db) -> Vec<String>),
        ("foreign keys", foreign_keys),
        ("unique values", unique_values),
        ("indexes", indexes),
    ] {
        let expected = read(&mut postgres);
        assert!(!expected.is_empty(), "PostgreSQL told no {what}");
        assert_eq!(
            read(&mut sqlite),
            expected,
            "{what}: SQLite left, PostgreSQL right"
        );
    }
}

/// Every column with its type and whether it may be empty.
fn columns(db: &mut Db) -> Vec<String> {
    lines(
        db,
        "SELECT t.name || '.' || c.name || ' ' \
             || CASE c.type WHEN 'INTEGER' THEN 'BIGINT' WHEN 'BLOB' THEN 'BYTEA' ELSE c.type END \
             || CASE c.\"notnull\" WHEN 0 THEN ' NULL' ELSE ' NOT NULL' END AS line \
         FROM sqlite_master t, pragma_table_info(t.name) c \
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE '__diesel_%'",
        "SELECT table_name || '.' || column_name || ' ' \
             || CASE data_type WHEN 'timestamp without time zone' THEN 'TIMESTAMP' ELSE UPPER(data_type) END \
             || CASE is_nullable WHEN 'YES' THEN ' NULL' ELSE ' NOT NULL' END AS line \
         FROM information_schema.columns \
         WHERE table_schema = 'public' AND table_name NOT LIKE '__diesel_%'",
    )
}

fn foreign_keys(db: &mut Db) -> Vec<String> {
    lines(
        db,
        "SELECT t.name || '.' || f.\"from\" || ' to ' || f.\"table\" || '.' || f.\"to\" AS line \
         FROM sqlite_master t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table'",
        "SELECT k.table_name || '.' || k.column_name || ' to ' || c.table_name || '.' || c.column_name AS line \
         FROM information_schema.referential_constraints r \
         JOIN information_schema.key_column_usage k USING (constraint_name) \
         JOIN information_schema.constraint_column_usage c USING (constraint_name)",
    )
}

/// The columns that together exist once, primary keys left out.
fn unique_values(db: &mut Db) -> Vec<String> {
    lines(
        db,
        "SELECT t.name || ': ' || (SELECT group_concat(name, ', ') FROM \
             (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno)) AS line \
         FROM sqlite_master t, pragma_index_list(t.name) i \
         WHERE t.type = 'table' AND i.\"unique\" AND i.origin <> 'pk'",
        "SELECT t.relname || ': ' || (SELECT string_agg(a.attname, ', ' ORDER BY k.place) \
             FROM unnest(i.indkey) WITH ORDINALITY AS k (number, place) \
             JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number) AS line \
         FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid \
         WHERE t.relnamespace = 'public'::regnamespace AND i.indisunique AND NOT i.indisprimary",
    )
}

/// The names of the indexes that no constraint made.
fn indexes(db: &mut Db) -> Vec<String> {
    lines(
        db,
        "SELECT name AS line FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
        "SELECT indexname::TEXT AS line FROM pg_indexes \
         WHERE schemaname = 'public' AND indexname NOT IN (SELECT conname FROM pg_constraint)",
    )
}
