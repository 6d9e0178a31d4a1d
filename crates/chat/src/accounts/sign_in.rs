//! Signing in.

use chatterbox_auth::{RefreshSecret, Verification};
use chatterbox_domain::{Denial, Timestamp, UserId, Username};
use chatterbox_storage::{Lane, users};

use super::{Device, SignedIn};
use crate::Chat;
use crate::error::ChatError;

impl Chat {
    /// Signs in by username or e-mail address.
    ///
    /// An unknown name costs the same work and gets the same answer as a wrong password. Attempts are counted per name,
    /// known or not, and per address; one that succeeds is not.
    ///
    /// # Errors
    /// [`Denial::InvalidCredentials`], [`Denial::RateLimited`], and [`Denial::AccountBlocked`] for the right password
    /// of a blocked account.
    pub async fn sign_in(
        &self,
        login: &str,
        password: String,
        device: Device,
    ) -> Result<SignedIn, ChatError> {
        // Nobody's name has a NUL, which PostgreSQL cannot even compare with.
        let login = login.trim().replace('\0', "\u{FFFD}");
        let name_key = Username::key_of(&login);
        let email_key = login.to_lowercase();
        let address = device.address.clone();
        let now = self.clock.now();
        self.count_sign_in(&name_key, &address, now)?;
        let found = {
            let name_key = name_key.clone();
            self.storage
                .read(move |db| users::find_for_sign_in(db, &name_key, &email_key))
                .await?
        };
        let stored_hash = found.as_ref().map(|record| record.password_hash.clone());
        let verification = self.passwords.verify(password.clone(), stored_hash).await;
        // Neither success nor trouble of our own is a wrong guess.
        if !matches!(verification, Ok(Verification::Wrong)) {
            self.account_limits.sign_in_per_account.give_back(&name_key);
            self.account_limits.sign_in_per_address.give_back(&address);
        }
        let verification = verification?;
        let (Verification::Right | Verification::RightButOutdated, Some(record)) = (verification, found)
        else {
            return Err(Denial::InvalidCredentials.into());
        };
        let upgraded = match verification {
            Verification::RightButOutdated => Some(self.passwords.hash(password).await?),
            Verification::Right | Verification::Wrong => None,
        };
        self.begin_session(record.id, upgraded, device).await
    }

    fn count_sign_in(&self, name_key: &str, address: &str, now: Timestamp) -> Result<(), Denial> {
        self.account_limits
            .sign_in_per_address
            .take(address.to_owned(), now)?;
        // A name as long as a book would be kept as a key; nobody has one.
        let name_key = name_key.chars().take(Username::MAX_CHARS * 8).collect();
        self.account_limits.sign_in_per_account.take(name_key, now)
    }

    async fn begin_session(
        &self,
        user_id: UserId,
        upgraded_hash: Option<String>,
        device: Device,
    ) -> Result<SignedIn, ChatError> {
        let secret = RefreshSecret::generate()?;
        let clock = self.clock.clone();
        let lifetime = self.settings.session_lifetime;
        let begun = self.storage.write(Lane::User(user_id), move |tx| {
            let now = clock.now();
            let account = users::get_account(tx.db(), user_id)?.ok_or(Denial::InvalidCredentials)?;
            if account.is_blocked {
                return Err(ChatError::from(Denial::AccountBlocked));
            }
            if let Some(hash) = upgraded_hash {
                users::set_password_hash(tx.db(), user_id, &hash)?;
            }
            let session = Self::open_session(tx, user_id, device, &secret, (now, now + lifetime))?;
            Ok((account.user, session, secret, now + lifetime))
        });
        let (user, session, secret, expires_at) = begun.await?;
        Ok(self.signed_in(user, session, secret, expires_at))
    }
}
