//! Accounts: signing up, signing in, staying signed in and ending it.

mod password;
mod refresh;
mod register;
mod sessions;
mod sign_in;
