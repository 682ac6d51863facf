"""Two words that may be spellings of one name compare as alike, however each was put into Latin letters.

Nothing here decides that they are one: it tells how near two spellings are, and finds a key that near spellings
share. Pure; the rules are those of the usual systems (BGN, scientific and press forms of Cyrillic, the many of
Arabic). Korean and Chinese names have rules of their own, in `whence.syllables`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple
from unicodedata import combining, normalize

__all__ = ["NEAR", "SLIP", "alike", "consonants", "latin", "listed", "sound"]

SPELT: Final = 0.97  # another way to write the same sounds
NEAR: Final = 0.94  # other vowels of the same kind, or another romanisation
RELATED: Final = 0.9  # a short form, or the form of another language: `Volodymyr` and `Vladimir`
SLIP: Final = 0.84  # one slip of the pen in a long word
DOUBTFUL: Final = 0.78


def listed(text: str) -> list[str]:
    """Return the words of a table."""
    return text.split()


# --- Into Latin letters ------------------------------------------------------------------------------------

_CYRILLIC: Final = dict(zip(
    "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґђјљњћџ",
    listed(
        "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya i yi ye g dj j lj nj c dzh"
    ),
    strict=True,
))  # fmt: skip
_GREEK: Final = dict(zip("αβγδεζηθικλμνξοπρσςτυφχψω", listed("a v g d e z i th i k l m n x o p r s s t y f ch ps o"),
                         strict=True))  # fmt: skip
_LATIN: Final = dict(zip("æðøþđħıłŋœŧə", listed("ae d o th d h i l n oe t e"), strict=True))
# Hangul falls apart into its letters in form D. A space before each first letter divides the syllables.
_INITIALS: Final = listed("g kk n d tt r m b pp s ss _ j jj ch k t p h")
_VOWELS: Final = listed("a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i")
_FINALS: Final = listed("k k k n n n t l k m l l l p l m p p t t ng t t k t p t")
_HANGUL: Final = (
    {chr(0x1100 + place): " " + letter for place, letter in enumerate(_INITIALS)}
    | {chr(0x1161 + place): letter for place, letter in enumerate(_VOWELS)}
    | {chr(0x11A8 + place): letter for place, letter in enumerate(_FINALS)}
)
_LETTERS: Final = str.maketrans(
    {letter: text.replace("_", "") for letter, text in (_CYRILLIC | _GREEK | _LATIN | _HANGUL).items()}
)
# Marks that some write out and others drop: `Vučić` is `Vucic` and `Vuchich`, `Müller` is `Muller` and `Mueller`.
_WRITTEN_OUT: Final = str.maketrans(
    {"š": "sh", "č": "ch", "ž": "zh", "ş": "sh", "ș": "sh", "ç": "ch", "ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe",
     "å": "aa", "ć": "ch", "ё": "yo"}
)  # fmt: skip
_APOSTROPHES: Final = dict.fromkeys(
    map(ord, "'`\u00b4\u02b9\u02ba\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u2018\u2019\u201b\u2032\u055a\uff07")
)
_DASH: Final = re.compile(r"[\u2010-\u2014\u2212\ufe63\uff0d_]")


@lru_cache(maxsize=65_536)
def latin(text: str) -> tuple[str, ...]:
    """Return the text in plain small Latin letters: without marks, and where that differs, with them written out."""
    small = normalize("NFC", _DASH.sub("-", text)).casefold().translate(_APOSTROPHES)
    plain = _plain(small)
    written = _plain(small.translate(_WRITTEN_OUT)) if not small.isascii() else plain
    return (plain,) if written == plain else (plain, written)


def _plain(text: str) -> str:
    if text.isascii():
        return text
    return "".join(c for c in normalize("NFKD", text) if not combining(c)).translate(_LETTERS)


# --- Any language ------------------------------------------------------------------------------------------

_CONSONANTS: Final = {
    "shch": "SC", "tsch": "C", "sch": "S", "tch": "C", "dzh": "J", "sh": "S", "ch": "C", "cz": "C", "zh": "Z",
    "dj": "J", "dg": "J", "kh": "h", "gh": "g", "ph": "f", "th": "t", "dh": "d", "rh": "r", "wh": "v", "ck": "k",
    "qu": "k", "x": "ks", "w": "v", "tz": "ts", "j": "J",
}  # fmt: skip
_CONSONANT: Final = re.compile("|".join(_CONSONANTS))
_VOWEL: Final = {
    "ou": "u", "oo": "u", "ee": "i", "ii": "i", "aa": "a", "uu": "u", "oe": "o", "ue": "u", "ae": "e", "ei": "E",
    "ai": "E", "iu": "u", "io": "o", "iE": "E", "aie": "E", "eie": "E",
}  # fmt: skip
_VOWEL_GROUP: Final = re.compile("|".join(sorted(_VOWEL, key=len, reverse=True)))
_STEPS: Final = (
    (re.compile(r"(?<=[aeiouy])j(?![aeiou])|(?<=[bcdfghklmnpqrstvz])j"), "y"),
    (re.compile(r"^d(?=j)"), ""),
    (re.compile(r"(?<=[^aeiou])ou(?=[aei])"), "w"),  # French for w
    (re.compile(r"c(?=[eiy])(?!h)"), "s"),
    (_CONSONANT, lambda found: _CONSONANTS[found[0]]),
    (re.compile(r"c"), "k"),
    (re.compile(r"(?<=[aeiouy])h(?![aeiouy])"), ""),
    (re.compile(r"([b-df-hj-np-tv-zSCZJ])\1+"), r"\1"),
    (re.compile(r"^[iy](?=[aou])"), "Y"),
    (re.compile(r"^[iy](?=e)"), ""),
    (re.compile(r"y"), "i"),
)
_SEGMENT: Final = re.compile(r"([aeiou]+)|([^aeiou]+)")
_CLOSE_VOWELS: Final = frozenset(
    frozenset(pair.split("/")) for pair in listed("a/e e/i o/u E/e E/i E/a i/ie i/ia e/eu")
)
_CLOSE: Final = frozenset(map(frozenset, ("qk", "qg", "dz", "Jg", "JY", "Zz", "ZJ", "gh", "td", "bv", "CS", "sz")))
_MANY: Final = 3  # consonants from which they tell names apart by themselves
_LONG: Final = 7  # letters from which a slip of the pen is likelier than another name

_RELATED: Final = {
    name: names.split()[0]
    for names in (
        "vladimir volodymyr", "aleksandr oleksandr alexander alejandro alexandre", "nikolai mykola", "sergei serhii",
        "dmitri dmytro", "andrei andrii andrew", "mikhail mykhailo michael mike", "yevgeni yevhen", "pavel pavlo",
        "pyotr petro", "yelena olena", "oleg oleh", "igor ihor", "kirill kyrylo", "aleksei oleksii", "vasili vasyl",
        "georgi heorhii", "grigori hryhorii", "joseph joe", "william bill", "james jim", "robert rob bob",
        "anthony tony", "thomas tom", "richard dick", "daniel dan", "stephen steven steve", "edward ed",
        "christopher chris", "david dave", "matthew matt", "gregory greg", "kenneth ken", "donald don", "timothy tim",
    )
    for name in names.split()
}  # fmt: skip


class Sound(NamedTuple):
    """A word taken apart: its consonants, and the vowels before, between and after them."""

    consonants: str
    vowels: tuple[str, ...]


@lru_cache(maxsize=65_536)
def _taken_apart(word: str) -> Sound:
    for pattern, to in _STEPS:
        word = pattern.sub(to, word)
    consonants, vowels = "", [""]
    for found in _SEGMENT.finditer(word):
        if found[1]:
            vowels[-1] = _vowel(found[1])
        else:
            consonants += found[2]
            vowels.extend("" for _ in found[2])
    return Sound(consonants, tuple(vowels))


def _vowel(group: str) -> str:
    while (shorter := _VOWEL_GROUP.sub(lambda found: _VOWEL[found[0]], group)) != group:
        group = shorter
    return group


@lru_cache(maxsize=262_144)
def alike(one: str, other: str) -> float:
    """Return how alike two words in plain letters are, from 0 to 1; 0 where they are two names."""
    if one == other:
        return 1.0
    if len(one) < 2 or len(other) < 2 or abs(len(one) - len(other)) > 5:  # noqa: PLR2004 - initials, other words
        return 0.0
    first, second = _taken_apart(one), _taken_apart(other)
    if first == second:
        return SPELT
    found = _near(first, second)
    if found < NEAR and _related(one) and _related(one) == _related(other):
        return RELATED
    return max(found, _slip(one, other)) if found < NEAR else found


def _near(first: Sound, second: Sound) -> float:
    """Compare the sounds: the consonants of both must agree, and vowels may differ as languages write them."""
    a, b = first.consonants, second.consonants
    if len(a) != len(b) or not a:
        return 0.0
    moved = sum(x != y for x, y in zip(a, b, strict=True))
    if any(x != y and frozenset((x, y)) not in _CLOSE for x, y in zip(a, b, strict=True)):
        return 0.0
    vowels = list(zip(first.vowels, second.vowels, strict=True))
    apart = [(x, y) for x, y in vowels if x != y]
    # A vowel at the end makes another name of it: `Daniel` and `Daniela`.
    if "" in vowels[-1] and vowels[-1][0] != vowels[-1][1]:
        return 0.0
    far = sum(not _close(x, y, long=len(a) > _MANY) for x, y in apart)
    enough = len(a) >= _MANY or (len(a) > 1 and all({x, y} == {"o", "u"} for x, y in apart))
    # One other consonant of a kind is enough, and in a short word the vowels must then be the same.
    if not far and enough and (not moved or (moved == 1 and (not apart or len(a) > _MANY))):
        return NEAR
    return DOUBTFUL if len(a) >= _MANY and moved + len(apart) <= 1 else 0.0


def _close(one: str, other: str, *, long: bool) -> bool:
    if frozenset((one, other)) in _CLOSE_VOWELS or (long and {one, other} in ({"", "e"}, {"", "i"})):
        return True
    pairs = zip(one, other, strict=False)
    return len(one) == len(other) > 0 and all(a == b or frozenset((a, b)) in _CLOSE_VOWELS for a, b in pairs)


@lru_cache(maxsize=65_536)
def _related(word: str) -> str:
    """Return the name that a word is a form of, if it is a form of a known one."""
    if word in _RELATED:
        return _RELATED[word]
    if len(word) < 4:  # noqa: PLR2004 - short words are forms of many names
        return ""
    sounds = _taken_apart(word)
    return next((to for name, to in _RELATED.items() if _taken_apart(name) == sounds), "")


def consonants(word: str) -> str:
    """Return the consonants of a word, folded, as a key to count spellings of one word by."""
    return _taken_apart(_related(word) or word).consonants or word


def _slip(one: str, other: str) -> float:
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < _LONG - 1 or len(longer) < _LONG or one[0] != other[0]:
        return 0.0
    # `Petrov` and `Petrova`, `Erik` and `Erika`: a man and a woman. `Smith` and `Smithson`: two families.
    if longer.startswith(shorter) or longer[:-1] == shorter[:-1]:
        return 0.0
    # Loaded only here: most commands compare no names, and it costs 20 ms.
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    distance = OSA.distance(one, other, score_cutoff=2)
    if distance == 1:
        # An exchange of neighbours or another vowel is a slip; another consonant is as likely another name.
        slipped = sorted(one) == sorted(other) or _skeleton(one) == _skeleton(other)
        return SLIP if slipped else DOUBTFUL
    return DOUBTFUL if distance == 2 and len(shorter) >= _LONG + 4 else 0.0  # noqa: PLR2004


def _skeleton(word: str) -> str:
    return re.sub("[aeiouy]", "", word)


# --- A key that near spellings share ------------------------------------------------------------------------

_CLASSES: Final = (
    (re.compile(r"(?<=[^aeiou])ou(?=[aei])"), "w"), (re.compile(r"ng(?![aeiouy])"), "n"),
    (re.compile(r"hs|shch|sch|sh|x|tz|ts|z(?!h)|s"), "S"),
    (re.compile(r"zh|tch|ch|kh(?=$)|ck|[cjkgq]"), "K"), (re.compile(r"ph|[bpfvw]"), "P"), (re.compile(r"[dt]"), "T"),
    (re.compile(r"[rl]"), "R"), (re.compile(r"n"), "N"), (re.compile(r"m"), "M"), (re.compile(r"[^KPTRSNM0-9]"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)  # fmt: skip


@lru_cache(maxsize=65_536)
def sound(word: str) -> str:
    """Return a coarse key that nearly all words share that are alike: its consonants by kind."""
    key = _related(word) or word
    for pattern, to in _CLASSES:
        key = pattern.sub(to, key)
    return key or word[:1]
