"""Client → async API → model server → validator; redaction and the failure queue beside it."""
