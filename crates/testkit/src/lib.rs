//! For tests only: a real server on port 0, real databases and a small world of people.
