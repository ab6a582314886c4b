//! What schemas are read as.
