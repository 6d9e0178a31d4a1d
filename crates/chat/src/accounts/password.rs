//! Changing one's password.

use chatterbox_auth::Verification;
use chatterbox_domain::{Denial, EndReason, SessionId, password};
use chatterbox_storage::{Lane, sessions as stored, users};

use super::sessions::end;
use crate::error::ChatError;
use crate::{Caller, Chat};

impl Chat {
    /// Replaces the caller's password and ends their other sessions. Wrong guesses of the current one count like failed
    /// sign-ins.
    ///
    /// # Errors
    /// [`Denial::WrongPassword`], [`Denial::Invalid`] for the new one, [`Denial::RateLimited`],
    /// [`Denial::SessionEnded`], [`Denial::AccountBlocked`].
    pub async fn change_password(
        &self,
        caller: Caller,
        current: String,
        new: String,
    ) -> Result<(), ChatError> {
        let now = self.clock.now();
        let (username, stored_hash) = self
            .storage
            .read(move |db| {
                let facts = caller.admit(db, now)?;
                let user = users::get(db, facts.user_id)?.ok_or(Denial::SessionEnded)?;
                Ok::<_, ChatError>((user.username, users::password_hash(db, facts.user_id)?))
            })
            .await?;
        password::accept_new_password("new_password", &new, &username, self.settings.password_min_chars)?;
        let attempts_key = chatterbox_domain::Username::key_of(&username);
        self.account_limits
            .sign_in_per_account
            .take(attempts_key.clone(), now)?;
        if self.passwords.verify(current, stored_hash.clone()).await? == Verification::Wrong {
            return Err(Denial::WrongPassword.into());
        }
        self.account_limits.sign_in_per_account.give_back(&attempts_key);
        let new_hash = self.passwords.hash(new).await?;
        let clock = self.clock.clone();
        let changed = self.storage.write(Lane::User(caller.user_id), move |tx| {
            let now = clock.now();
            caller.admit(tx.db(), now)?;
            // Two changes at once: the one whose "current" is not current any more loses.
            if users::password_hash(tx.db(), caller.user_id)? != stored_hash {
                return Err(ChatError::from(Denial::WrongPassword));
            }
            users::set_password_hash(tx.db(), caller.user_id, &new_hash)?;
            let live = stored::live(tx.db(), caller.user_id, now)?;
            let others: Vec<SessionId> = live
                .iter()
                .map(|s| s.id)
                .filter(|id| *id != caller.session_id)
                .collect();
            end(tx, caller, &others, EndReason::PasswordChanged, now).map(|_| ())
        });
        changed.await
    }
}
