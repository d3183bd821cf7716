"""The one family of errors: each names the thing, the place, the value and the way out; caught only in the command line."""


class KhichdiError(Exception):
    """What a user can mend; the text is the whole message, ready to print."""
