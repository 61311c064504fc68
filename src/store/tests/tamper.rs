//! What `verify` must find. Each kind of tampering is done with the checksum made right again, as an intruder would.
