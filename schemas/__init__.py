"""The contract: what a label is, how it is written, read, checked and compared."""
