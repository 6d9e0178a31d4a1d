//! An answer of ok means: it is stored. Whatever fails, nobody is told so wrongly, and the next write works.

use chatterbox_domain::UserId;
use chatterbox_storage::{Db, Lane, StorageError, sessions, users};
use diesel::prelude::*;

use crate::world::{
    Blockade, Refusal, World, bodies_in, fresh_key, lobby, moment, new_user, person, post, run_sql, say,
};

stories! {
    both:
        an_answer_of_ok_after_a_hidden_failure_is_true,
        a_failure_of_the_storage_itself_takes_back_what_the_job_wrote,
        two_failed_commits_leave_a_lane_that_works,
        a_reader_cannot_write;
    sqlite: nobody_in_a_batch_whose_commit_failed_is_answered_ok;
    postgres:
        a_writer_whose_connection_is_cut_in_the_middle_says_so_and_connects_again,
        readers_whose_connections_were_cut_are_replaced;
}

/// A session of nobody, of which the database complains only at the commit.
fn break_the_commit(db: &mut Db) -> Result<(), StorageError> {
    let defer = match db {
        Db::Sqlite(_) => "PRAGMA defer_foreign_keys = ON",
        Db::Postgres(_) => {
            "ALTER TABLE sessions ALTER CONSTRAINT sessions_user_id_fkey DEFERRABLE INITIALLY DEFERRED"
        }
    };
    run_sql(db, defer)?;
    let of_nobody = sessions::NewSession {
        user_id: UserId(999_999),
        user_agent: String::new(),
        address: String::new(),
        created_at: moment(0),
        expires_at: moment(1),
    };
    sessions::insert(db, &of_nobody).map(|_| ())
}

async fn nobody_in_a_batch_whose_commit_failed_is_answered_ok(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    let blockade = Blockade::of(&storage, Lane::Room(room)).await;
    let before = say(&storage, room, &ann, "before");
    let denied = storage.write(Lane::Room(room), |_| Err::<(), _>(Refusal::Denied));
    let breaks = storage.write(Lane::Room(room), |tx| break_the_commit(tx.db()));
    let after = say(&storage, room, &ann, "after");
    blockade.lift().await;
    for answer in [before.await, after.await] {
        assert!(matches!(answer, Err(StorageError::Database(_))), "{answer:?}");
    }
    assert!(breaks.await.is_err());
    assert!(
        matches!(denied.await, Err(Refusal::Denied)),
        "a decision stands whatever became of the others"
    );
    assert!(bodies_in(&mut world.stranger(), room).is_empty());
    assert!(
        world.notebook.bodies().is_empty(),
        "what is not stored is not announced"
    );
    assert_eq!(say(&storage, room, &ann, "next").await.unwrap().seq, 1);
    assert_eq!(bodies_in(&mut world.stranger(), room), ["next"]);
}

async fn two_failed_commits_leave_a_lane_that_works(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    for _ in 0..2 {
        let ann = ann.clone();
        let breaks = storage.write(Lane::Room(room), move |tx| {
            post(tx, room, &ann, fresh_key(), "never")?;
            break_the_commit(tx.db())
        });
        let answer = breaks.await;
        assert!(matches!(answer, Err(StorageError::Database(_))), "{answer:?}");
    }
    assert_eq!(say(&storage, room, &ann, "next").await.unwrap().seq, 1);
    assert_eq!(bodies_in(&mut world.stranger(), room), ["next"]);
    assert_eq!(world.notebook.bodies(), ["next"]);
}

async fn a_failure_of_the_storage_itself_takes_back_what_the_job_wrote(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    let failing = {
        let ann = ann.clone();
        storage.write(Lane::Room(room), move |tx| {
            post(tx, room, &ann, fresh_key(), "never")?;
            run_sql(tx.db(), "this is no SQL").map_err(StorageError::from)
        })
    };
    let answer = failing.await;
    assert!(matches!(answer, Err(StorageError::Database(_))), "{answer:?}");
    assert_eq!(say(&storage, room, &ann, "next").await.unwrap().seq, 1);
    assert_eq!(bodies_in(&mut world.stranger(), room), ["next"]);
    assert_eq!(world.notebook.bodies(), ["next"]);
}

async fn an_answer_of_ok_after_a_hidden_failure_is_true(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    let author = ann.clone();
    // PostgreSQL answers COMMIT with success after any failed statement, and rolls back.
    let hides = storage.write(Lane::Room(room), move |tx| {
        post(tx, room, &author, fresh_key(), "stored?")?;
        let taken = users::insert(tx.db(), new_user("ann"));
        assert!(matches!(taken, Err(StorageError::Taken(_))), "{taken:?}");
        Ok::<_, StorageError>(())
    });
    let was_ok = hides.await.is_ok();
    let is_stored = bodies_in(&mut world.stranger(), room) == ["stored?"];
    assert_eq!(was_ok, is_stored, "the answer and the truth");
    assert_eq!(!world.notebook.bodies().is_empty(), is_stored);
    say(&storage, room, &ann, "next").await.unwrap();
}

async fn a_reader_cannot_write(world: World) {
    let storage = world.open();
    let refused = storage
        .read(|db| users::insert(db, new_user("ann")))
        .await
        .unwrap_err();
    let sentence = refused.to_string();
    assert!(
        sentence.contains("readonly") || sentence.contains("read-only"),
        "{sentence}"
    );
    person(&storage, "ann").await;
}

#[derive(QueryableByName)]
struct Backend {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    pid: i32,
}

fn backend(db: &mut Db) -> i32 {
    let Db::Postgres(connection) = db else {
        panic!("only PostgreSQL has backends")
    };
    let own = diesel::sql_query("SELECT pg_backend_pid() AS pid").get_result::<Backend>(connection.as_mut());
    own.unwrap().pid
}

fn cut(db: &mut Db, pid: i32) {
    run_sql(db, &format!("SELECT pg_terminate_backend({pid}, 10000)")).unwrap();
}

async fn a_writer_whose_connection_is_cut_in_the_middle_says_so_and_connects_again(world: World) {
    let storage = world.open();
    let ann = person(&storage, "ann").await;
    let room = lobby(&storage).await;
    let (author, mut other) = (ann.clone(), world.stranger());
    let unlucky = storage.write(Lane::Room(room), move |tx| {
        post(tx, room, &author, fresh_key(), "never")?;
        cut(&mut other, backend(tx.db()));
        Ok::<_, StorageError>(())
    });
    let answer = unlucky.await;
    assert!(matches!(answer, Err(StorageError::Database(_))), "{answer:?}");
    assert_eq!(say(&storage, room, &ann, "next").await.unwrap().seq, 1);
    assert_eq!(bodies_in(&mut world.stranger(), room), ["next"]);
    assert_eq!(world.notebook.bodies(), ["next"]);
}

async fn readers_whose_connections_were_cut_are_replaced(world: World) {
    let storage = world.open();
    let room = lobby(&storage).await;
    let mut other = world.stranger();
    let unlucky = storage.read(move |db| {
        cut(&mut other, backend(db));
        chatterbox_storage::rooms::lobby(db)
    });
    assert!(unlucky.await.is_err());
    for _ in 0..10 {
        assert_eq!(lobby(&storage).await, room);
    }
}
