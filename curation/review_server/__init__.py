"""What runs inside Argilla's own environment and imports nothing of ours: an engine over its SQL database, and the launcher."""
