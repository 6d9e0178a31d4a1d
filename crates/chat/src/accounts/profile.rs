//! What a person says of themselves.

use std::sync::Arc;

use chatterbox_domain::{About, Denial, DisplayName, Event, FieldError};
use chatterbox_storage::users::AccountRecord;
use chatterbox_storage::{Lane, users};

use crate::error::ChatError;
use crate::{Caller, Chat};

impl Chat {
    /// The caller's own account.
    ///
    /// # Errors
    /// [`Denial::SessionEnded`], [`Denial::AccountBlocked`].
    pub async fn me(&self, caller: Caller) -> Result<AccountRecord, ChatError> {
        let now = self.clock.now();
        let account = self.storage.read(move |db| {
            let facts = caller.admit(db, now)?;
            users::get_account(db, facts.user_id)?.ok_or(ChatError::from(Denial::SessionEnded))
        });
        account.await
    }

    /// Changes the caller's profile; what is `None` stays as it is. Everybody is told.
    ///
    /// # Errors
    /// [`Denial::Invalid`] with everything that is wrong, [`Denial::SessionEnded`], [`Denial::AccountBlocked`].
    pub async fn update_profile(
        &self,
        caller: Caller,
        display_name: Option<String>,
        about: Option<String>,
    ) -> Result<AccountRecord, ChatError> {
        let mut errors: Vec<FieldError> = Vec::new();
        let name = display_name.as_deref().map(DisplayName::parse).transpose();
        let name = name.map_err(|error| errors.push(error)).ok().flatten();
        let about = about.as_deref().map(About::parse).transpose();
        let about = about.map_err(|error| errors.push(error)).ok().flatten();
        if !errors.is_empty() {
            return Err(Denial::Invalid(errors).into());
        }
        let clock = self.clock.clone();
        let updated = self.storage.write(Lane::User(caller.user_id), move |tx| {
            let facts = caller.admit(tx.db(), clock.now())?;
            let (name, about) = (
                name.as_ref().map(DisplayName::as_str),
                about.as_ref().map(About::as_str),
            );
            let user =
                users::update_profile(tx.db(), facts.user_id, name, about)?.ok_or(Denial::SessionEnded)?;
            tx.announce(Event::UserChanged(Arc::new(user)));
            users::get_account(tx.db(), facts.user_id)?.ok_or(ChatError::from(Denial::SessionEnded))
        });
        updated.await
    }
}
