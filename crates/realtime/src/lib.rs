//! Delivers what was announced to the sessions that may see it, in order.
