//! Connections that cannot write.

use std::sync::Arc;
use std::time::Duration;

use r2d2::{ManageConnection, Pool};
use tokio::sync::Semaphore;

use crate::db::{DatabaseUrl, Db};
use crate::error::StorageError;

/// How long a read waits for a connection; permits make sure that it does not wait at all in practice.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(5);

/// A pool of readers and the permits to use them: a permit is taken before a blocking thread is, so that a flood of
/// reads waits in line without holding threads.
#[derive(Clone)]
pub(crate) struct Readers {
    pool: Pool<Manager>,
    permits: Arc<Semaphore>,
}

impl Readers {
    pub(crate) fn open(url: &DatabaseUrl, size: u32) -> Result<Self, StorageError> {
        let pool = Pool::builder()
            .max_size(size)
            .min_idle(Some(1))
            .connection_timeout(CONNECTION_TIMEOUT)
            .test_on_check_out(false)
            .build(Manager { url: url.clone() })
            .map_err(|error| StorageError::Database(error.to_string()))?;
        Ok(Self {
            pool,
            permits: Arc::new(Semaphore::new(size as usize)),
        })
    }

    pub(crate) async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
        F: FnOnce(&mut Db) -> Result<T, E> + Send + 'static,
    {
        let permit = self
            .permits
            .clone()
            .acquire_owned()
            .await
            .map_err(|_| StorageError::Closed)?;
        let pool = self.pool.clone();
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let mut reader = pool
                .get()
                .map_err(|error| StorageError::Database(error.to_string()))?;
            let result = reader
                .db
                .begin_reading()
                .map_err(E::from)
                .and_then(|()| work(&mut reader.db));
            // Nothing was written, so how the transaction ends makes no difference but to the connection's health.
            reader.is_sound = reader.db.run_often("COMMIT").is_ok();
            result
        });
        done.await
            .unwrap_or_else(|_| Err(StorageError::unexpected().into()))
    }
}

struct Manager {
    url: DatabaseUrl,
}

pub(crate) struct Reader {
    db: Db,
    is_sound: bool,
}

impl ManageConnection for Manager {
    type Connection = Reader;
    type Error = StorageError;

    fn connect(&self) -> Result<Reader, StorageError> {
        Ok(Reader {
            db: Db::open_reader(&self.url)?,
            is_sound: true,
        })
    }

    fn is_valid(&self, reader: &mut Reader) -> Result<(), StorageError> {
        reader.db.run("SELECT 1")
    }

    fn has_broken(&self, reader: &mut Reader) -> bool {
        !reader.is_sound || std::thread::panicking()
    }
}
