//! Load generator and benchmarks, with the limit they are compared to.
