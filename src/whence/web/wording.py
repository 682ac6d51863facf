"""How the pages say what the views hold: a count, an address, words beside a passage; pure."""

from __future__ import annotations

from urllib.parse import urlsplit

__all__ = [
    "EVIDENCE",
    "STATUSES",
    "address",
    "context",
    "counted",
    "edtf",
]

# What each status means, said where its chip stands.
STATUSES = {
    "accepted": "the record supports it and nothing on record rivals it",
    "contested": "the record disagrees with itself here, and nobody has decided",
    "expected": "it has been announced or predicted, and nothing says yet that it came about",
    "denied": "a source denies it and none affirms it",
    "superseded": "it held once, and has ended or been followed by another value",
    "rejected": "a person decided otherwise, with a reason",
    "refined": "a more exact value that agrees with it is on record",
}
# What a reader should know of a fact whose words cannot simply be looked up.
EVIDENCE = {
    "altered": "its words have been altered in the source since",
    "locator": "no words quoted, only a place in the source",
    "none": "no words quoted",
    "gone": "its words are no longer in the source",
}
CUT = 30  # characters: context of this length was cut there, and not at the end of the text


def address(url: str | None) -> str | None:
    """Return the url where a page may link to it, else None: only http and https ever become a link."""
    if url is None:
        return None
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    return url.strip() if parts.scheme.lower() in ("http", "https") and parts.netloc else None


def context(words: str | None, *, before: bool) -> str:
    """Return the words beside a passage; of those that were cut at a length, without the piece of a word."""
    if not words or len(words) < CUT:
        return words or ""
    if before:
        return words if words[0].isspace() else words.partition(" ")[2] or words
    return words if words[-1].isspace() else words.rpartition(" ")[0] or words


def counted(number: int, noun: str, *, most: int | None = None) -> str:
    """Return `1 claim`, `2 claims`; where counting stopped at `most`, `more than 2 claims`."""
    if most is not None and number > most:
        return f"more than {most:,} {_plural(noun)}"
    return f"{number:,} {noun if number == 1 else _plural(noun)}"


def _plural(noun: str) -> str:
    if noun.endswith("y"):
        return noun[:-1] + "ies"
    return noun + "s"


def edtf(text: str) -> str:
    """Return an EDTF date in words where words say it as well: `[2023-02-14..]` is `2023-02-14 or later`."""
    if text.startswith("[") and text.endswith("]") and ".." in text and "," not in text:
        first, _, last = text[1:-1].partition("..")
        if first and last:
            return f"between {first} and {last}"
        return f"{first} or later" if first else f"{last} or earlier"
    first, slash, last = text.partition("/")
    if slash and first[:1].isdigit() and last[:1].isdigit():
        return f"{first} to {last}"
    return text
