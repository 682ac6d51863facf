"""What holds for a whole run: which store, who records, and whether the output is JSON.

Importing this module opens nothing and imports nothing of the store: `whence --help` pays for neither.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from whence.store import Store

__all__ = ["DATABASE", "Settings"]

DATABASE = "whence.db"


class Settings:
    """The options that every command shares."""

    __slots__ = ("actor", "db", "json", "recorded")

    def __init__(self, *, db: str, actor: str | None, json: bool) -> None:
        """Take what was typed, or the environment's."""
        self.db = db
        self.actor = actor
        self.json = json
        self.recorded = False

    @contextlib.contextmanager
    def reading(self) -> Iterator[Store]:
        """Open the store for reading; raises DatabaseError with a sentence, also for what goes wrong later."""
        # Imported here, like the store everywhere in this module: `whence --help` must feel instant.
        from whence import database  # noqa: PLC0415
        from whence.store import Store  # noqa: PLC0415

        with Store.open(self.db) as store, database.told(self.db):
            yield store

    @contextlib.contextmanager
    def writing(self) -> Iterator[Store]:
        """Open the store for recording; raises DatabaseError with a sentence, also for what goes wrong later.

        `recorded` says afterwards whether something is on record by it, whatever went wrong then.
        """
        import sqlite3  # noqa: PLC0415

        from whence import database  # noqa: PLC0415
        from whence.store import Store  # noqa: PLC0415

        with Store.open(self.db, write=True) as store, database.told(self.db):
            before = store.head().position, store.connection.total_changes
            try:
                yield store
            finally:
                # Both: another process may record meanwhile, and what is rolled back was a change too.
                with contextlib.suppress(sqlite3.Error):
                    after = store.head().position, store.connection.total_changes
                    self.recorded |= after[0] > before[0] and after[1] > before[1]

    def recorder(self) -> str:
        """Return who records: `--actor` or `WHENCE_ACTOR`, else git's user, else the name of this account.

        Git is asked only here, so only where something is recorded. Raises BadInput where nobody is named.
        """
        from whence.errors import BadInput  # noqa: PLC0415
        from whence.log import LONGEST_ACTOR  # noqa: PLC0415

        actor = self.actor if self.actor is not None else _git_user() or _account()
        actor = " ".join(actor.split())
        if not actor:
            raise BadInput(
                "Nobody is named as the one who records.",
                hint='Name yourself with --actor "Jo Park <jo@example.org>" or in WHENCE_ACTOR.',
            )
        if any("\ud800" <= one <= "\udfff" for one in actor):
            raise BadInput("The actor's name is not valid UTF-8 text.", hint="Type it in UTF-8.")
        if len(actor) > LONGEST_ACTOR:
            raise BadInput(f"The actor's name is longer than {LONGEST_ACTOR} characters.", hint="Shorten it.")
        return actor


def _git_user() -> str:
    """Return git's user as `Jo Park <jo@example.org>`, or nothing where git or its settings are missing."""
    import subprocess  # noqa: PLC0415 - 8 ms that only an unnamed actor costs

    try:
        asked = subprocess.run(
            ["git", "config", "--null", "--get-regexp", r"^user\.(name|email)$"],  # noqa: S607 - as the user set it up
            capture_output=True,
            check=False,
            timeout=5,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    pairs = (one.partition("\n") for one in asked.stdout.decode(errors="replace").split("\0") if one)
    said = {key: value.strip() for key, _, value in pairs}
    name, email = said.get("user.name", ""), said.get("user.email", "")
    return f"{name} <{email}>".strip() if email else name


def _account() -> str:
    import getpass  # noqa: PLC0415 - only where nobody was named otherwise

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return str(os.getuid()) if hasattr(os, "getuid") else ""
