//! Opening a database of whatever age.

use std::sync::{Arc, Barrier};

use chatterbox_domain::EventSink;
use chatterbox_storage::{DatabaseUrl, Db, Options, Storage, StorageError, migration_versions};
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::world::{World, bodies_in, lobby, person, run_sql, say};

stories! {
    both:
        a_database_of_a_newer_version_is_refused_and_left_untouched,
        what_a_newer_version_stored_is_still_there_after_a_refusal,
        opening_again_changes_nothing,
        a_database_that_cannot_be_opened_is_an_error_that_keeps_the_secret;
    postgres: many_nodes_may_open_an_empty_database_at_once;
}

/// Later than any migration that this version will ever know.
const LATER: &str = "99991231235959";

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// The first column, called `line`, of what `sqlite` or `postgres` answers, sorted.
pub(crate) fn lines(db: &mut Db, sqlite: &str, postgres: &str) -> Vec<String> {
    let lines: Vec<Line> = match db {
        Db::Sqlite(c) => diesel::sql_query(sqlite).load(c.as_mut()).unwrap(),
        Db::Postgres(c) => diesel::sql_query(postgres).load(c.as_mut()).unwrap(),
    };
    let mut lines: Vec<_> = lines.into_iter().map(|line| line.line).collect();
    lines.sort();
    lines
}

fn tables(db: &mut Db) -> Vec<String> {
    lines(
        db,
        "SELECT name AS line FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        "SELECT table_name::TEXT AS line FROM information_schema.tables WHERE table_schema = 'public'",
    )
}

fn applied(db: &mut Db) -> Vec<String> {
    let versions = "SELECT CAST(version AS TEXT) AS line FROM __diesel_schema_migrations";
    lines(db, versions, versions)
}

fn open(world: &World) -> Result<Storage, StorageError> {
    let sink: Arc<dyn EventSink> = world.notebook.clone();
    Storage::open(&world.url, Options::default(), &sink)
}

fn refused(world: &World) -> String {
    match open(world) {
        Err(error @ StorageError::Newer(_)) => error.to_string(),
        Err(other) => panic!("refused for another reason: {other}"),
        Ok(_) => panic!("a newer database was opened"),
    }
}

async fn a_database_of_a_newer_version_is_refused_and_left_untouched(world: World) {
    let mut db = world.stranger();
    run_sql(
        &mut db,
        &format!(
            "CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL, \
             run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP); \
             INSERT INTO __diesel_schema_migrations (version) VALUES ('{LATER}');"
        ),
    )
    .unwrap();
    let sentence = refused(&world);
    assert!(
        sentence.contains("newer ChatterBox") && sentence.contains(LATER),
        "{sentence}"
    );
    assert_eq!(tables(&mut db), ["__diesel_schema_migrations"]);
    assert_eq!(applied(&mut db), [LATER]);
}

async fn what_a_newer_version_stored_is_still_there_after_a_refusal(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    say(&storage, room, &ann, "from the future").await.unwrap();
    storage.close();
    drop(storage);
    let mut db = world.stranger();
    let insert = format!("INSERT INTO __diesel_schema_migrations (version) VALUES ('{LATER}')");
    run_sql(&mut db, &insert).unwrap();
    let before = (tables(&mut db), applied(&mut db));
    refused(&world);
    assert_eq!((tables(&mut db), applied(&mut db)), before);
    assert_eq!(bodies_in(&mut db, room), ["from the future"]);
    // Only the unknown migration stood in the way.
    let delete = format!("DELETE FROM __diesel_schema_migrations WHERE version = '{LATER}'");
    run_sql(&mut db, &delete).unwrap();
    assert_eq!(lobby(&world.open()).await, room);
}

async fn opening_again_changes_nothing(world: World) {
    let first = world.open();
    let ann = person(&first, "ann").await;
    let room = lobby(&first).await;
    say(&first, room, &ann, "first").await.unwrap();
    let known = migration_versions(&world.url);
    assert_eq!(applied(&mut world.stranger()), known);
    // While it is open, and after it was closed.
    let second = world.open();
    say(&second, room, &ann, "second").await.unwrap();
    first.close();
    second.close();
    let third = world.open();
    assert_eq!(say(&third, room, &ann, "third").await.unwrap().seq, 3);
    assert_eq!(lobby(&third).await, room);
    assert_eq!(applied(&mut world.stranger()), known);
    assert_eq!(
        bodies_in(&mut world.stranger(), room),
        ["first", "second", "third"]
    );
}

async fn many_nodes_may_open_an_empty_database_at_once(world: World) {
    let start = Barrier::new(6);
    let opened: Vec<_> = std::thread::scope(|threads| {
        let nodes: Vec<_> = (0..6)
            .map(|_| {
                threads.spawn(|| {
                    start.wait();
                    open(&world)
                })
            })
            .collect();
        nodes.into_iter().map(|node| node.join().unwrap()).collect()
    });
    for node in opened {
        lobby(&node.unwrap_or_else(|error| panic!("{error}"))).await;
    }
    assert_eq!(applied(&mut world.stranger()), migration_versions(&world.url));
}

async fn a_database_that_cannot_be_opened_is_an_error_that_keeps_the_secret(world: World) {
    let nowhere = match &world.url {
        DatabaseUrl::Sqlite(path) => DatabaseUrl::Sqlite(path.join("below a file that is no folder")),
        DatabaseUrl::Postgres(url) => {
            let (_, server) = url.rsplit_once('@').unwrap();
            DatabaseUrl::Postgres(format!("postgres://nobody:s3cret@{server}"))
        }
    };
    let sink: Arc<dyn EventSink> = world.notebook.clone();
    let error = Storage::open(&nowhere, Options::default(), &sink)
        .map(|_| ())
        .unwrap_err();
    assert!(matches!(error, StorageError::Database(_)), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
}
