"""Who annotates: accounts with random passwords, and the pseudonyms under which their work is stored."""

import hmac
import os
import secrets
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from curation.processes import home
from curation.review_argilla import Api
from curation.review_up import _secret

WORKSPACE, ADJUDICATION = "khichdi", "khichdi-adjudication"
SCRIPTED = "script-"  # accounts that programs answer with: never counted as people


class Account(NamedTuple):
    """A new account; the password is shown once and stored nowhere."""

    name: str
    password: str
    key: str


def add(api: Api, names: Sequence[str], workspace: str = WORKSPACE) -> list[Account]:
    """Make the annotators that are not there yet, in a workspace that is made if need be; returns the new ones."""
    space = _workspace(api, workspace)
    there = {u["username"] for u in api.call("GET", "/users")["items"]}
    made = []
    for name in dict.fromkeys(names):
        if name in there:
            continue
        password = secrets.token_urlsafe(9)
        body = {"first_name": name, "username": name, "password": password, "role": "annotator"}
        user = api.call("POST", "/users", body, again=False)
        api.call("POST", f"/workspaces/{space}/users", {"user_id": user["id"]}, again=False)
        made.append(Account(name, password, user["api_key"]))
    return made


def _workspace(api: Api, name: str) -> str:
    for found in api.call("GET", "/me/workspaces")["items"]:
        if found["name"] == name:
            return str(found["id"])
    return str(api.call("POST", "/workspaces", {"name": name}, again=False)["id"])


def pseudonym(name: str) -> str:
    """What git knows of an annotator: a keyed hash, the same in every round, not to be guessed from a list of names.

    The key is KHICHDI_PSEUDONYM_KEY (share it in a team), else one made once on this machine. Scripted accounts keep their prefix.
    """
    key = os.environ.get("KHICHDI_PSEUDONYM_KEY") or _secret(home() / "pseudonym.key")
    mark = hmac.new(key.encode(), name.encode(), sha256).hexdigest()[:8]
    return f"{SCRIPTED if name.startswith(SCRIPTED) else 'annotator-'}{mark}"


def scripted(who: str) -> bool:
    """Is this account or pseudonym a program's?"""
    return who.startswith(SCRIPTED)
