//! The file that holds the keys which sign access tokens.

use std::io::{ErrorKind, Write};
use std::path::Path;

use chatterbox_auth::Keyring;

/// Reads the keys, or makes them on the first start, in a file that only the server's user can read.
///
/// # Errors
/// A sentence that says what is wrong with the file.
pub(crate) fn load_or_create(path: &Path) -> Result<Keyring, String> {
    match std::fs::read_to_string(path) {
        Ok(text) => {
            Keyring::from_json(&text).map_err(|error| format!("{} cannot be used: {error}", path.display()))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => create(path),
        Err(error) => Err(format!("{} cannot be read: {error}", path.display())),
    }
}

fn create(path: &Path) -> Result<Keyring, String> {
    let keyring = Keyring::generate().map_err(|error| error.to_string())?;
    let failed = |error: std::io::Error| format!("{} cannot be written: {error}", path.display());
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(mut file) => {
            file.write_all(keyring.to_json().as_bytes())
                .and_then(|()| file.sync_all())
                .map_err(failed)?;
            Ok(keyring)
        }
        // Another process was first; its keys are the keys.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => load_or_create(path),
        Err(error) => Err(failed(error)),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_keys_are_made_once_and_only_their_owner_reads_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        let made = load_or_create(&path).unwrap();
        assert_eq!(load_or_create(&path).unwrap().current_id(), made.current_id());
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }

    #[test]
    fn a_damaged_file_is_named_and_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.json");
        std::fs::write(&path, "{").unwrap();
        assert!(load_or_create(&path).unwrap_err().contains("keys.json"));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "{");
    }
}
