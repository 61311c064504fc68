//! The manual: modules that hold text only, compiled and linked beside the code.
