//! Making an account.

use std::sync::Arc;

use chatterbox_auth::RefreshSecret;
use chatterbox_domain::{Denial, Email, Event, FieldError, Role, Username, password};
use chatterbox_storage::users::{self, Collision, NewUser};
use chatterbox_storage::{Lane, rooms, workspace};

use super::{Device, SignedIn};
use crate::Chat;
use crate::error::ChatError;
use crate::settings::SignUp;

/// What somebody writes into the form.
#[derive(Clone)]
pub struct Registration {
    /// The name they want.
    pub username: String,
    /// The password they chose.
    pub password: String,
    /// Their address, if they give one.
    pub email: Option<String>,
}

impl Chat {
    /// Makes an account, puts it into the Lobby and signs it in. The first account becomes the owner, also when sign-up
    /// is closed: somebody has to.
    ///
    /// # Errors
    /// [`Denial::Invalid`] with everything that is wrong at once, [`Denial::UsernameTaken`], [`Denial::EmailTaken`],
    /// [`Denial::SignUpClosed`], [`Denial::RateLimited`].
    pub async fn register(&self, registration: Registration, device: Device) -> Result<SignedIn, ChatError> {
        let Registration {
            username: wanted,
            password,
            email,
        } = registration;
        let (username, email) = self.check(&wanted, &password, email.as_deref())?;
        if self.settings.sign_up == SignUp::Closed && self.has_accounts().await? {
            return Err(Denial::SignUpClosed.into());
        }
        self.account_limits
            .sign_up_per_address
            .take(device.address.clone(), self.clock.now())?;
        let password_hash = self.passwords.hash(password).await?;
        let secret = RefreshSecret::generate()?;
        let clock = self.clock.clone();
        let lifetime = self.settings.session_lifetime;
        let sign_up = self.settings.sign_up;
        let made = self.storage.write(Lane::Accounts, move |tx| {
            let now = clock.now();
            let is_first = workspace::claim_ownership(tx.db())?;
            if sign_up == SignUp::Closed && !is_first {
                return Err(ChatError::from(Denial::SignUpClosed));
            }
            let new = NewUser {
                username: username.as_str().to_owned(),
                username_key: username.key(),
                username_look: username.look(),
                email_key: email.as_ref().map(Email::key),
                email: email.map(|e| e.as_str().to_owned()),
                password_hash,
                role: if is_first { Role::Owner } else { Role::Member },
                created_at: now,
            };
            let user = users::insert(tx.db(), new).map_err(|error| match users::collision(&error) {
                Some(Collision::Username) => Denial::UsernameTaken.into(),
                Some(Collision::Email) => Denial::EmailTaken.into(),
                None => ChatError::from(error),
            })?;
            let lobby = rooms::lobby(tx.db())?;
            rooms::join(tx.db(), lobby, user.id, now)?;
            let session = Self::open_session(tx, user.id, device, &secret, (now, now + lifetime))?;
            tx.announce(Event::UserChanged(Arc::new(user.clone())));
            Ok((user, session, secret, now + lifetime))
        });
        let (user, session, secret, expires_at) = made.await?;
        Ok(self.signed_in(user, session, secret, expires_at))
    }

    /// Whether anybody has an account yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_accounts(&self) -> Result<bool, ChatError> {
        Ok(self.storage.read(workspace::has_accounts).await?)
    }

    fn check(
        &self,
        name: &str,
        password: &str,
        email: Option<&str>,
    ) -> Result<(Username, Option<Email>), Denial> {
        let mut errors: Vec<FieldError> = Vec::new();
        let username = Username::parse(name).map_err(|error| errors.push(error)).ok();
        let minimum = self.settings.password_min_chars;
        if let Err(error) = password::accept_new_password("password", password, name, minimum) {
            errors.push(error);
        }
        // An empty field of a form is an address that was left out.
        let email = email
            .filter(|e| !e.trim().is_empty())
            .map(Email::parse)
            .transpose();
        let email = email.map_err(|error| errors.push(error)).ok().flatten();
        match username {
            Some(username) if errors.is_empty() => Ok((username, email)),
            _ => Err(Denial::Invalid(errors)),
        }
    }
}
