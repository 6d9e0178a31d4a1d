//! What people can do: one function per use case, one transaction each.
