"""Two names that may be one thing's compare as alike, whatever their order, marks, script and romanisation.

That two names are alike says nothing of whether their bearers are one: `whence.suggest` weighs that. Names of
persons keep the order of their parts up to where they begin, so that `Kim Su-kwang` is `Su-kwang Kim` and is not
`Kim Kwang-su`. Pure; symmetric in its two arguments.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import combinations, pairwise, product
from typing import TYPE_CHECKING, Final, NamedTuple

from whence import syllables, wording
from whence.romanisation import NEAR, alike, consonants, latin, listed, sound
from whence.wording import RANKS, Likeness

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ALIKE", "Likeness", "Name", "keys", "names", "read", "words"]

ALIKE: Final = 0.8  # the score from which two names may well be one

_INITIAL: Final = 0.86  # `J.` for `Jens`
_SURNAME: Final = 0.6  # the most that one part of a name can give
_FEW: Final = 0.55  # the most where both have a part that the other lacks
_OTHER_ORDER: Final = 0.5


class Name(NamedTuple):
    """A person's name taken apart: words at hyphens too, with the number of the word each stands in."""

    parts: tuple[str, ...]
    within: tuple[int, ...]
    titles: tuple[str, ...]
    generation: str
    korean: bool
    hangul: bool
    chinese: bool


_TITLES: Final = frozenset(RANKS) | frozenset(listed(" ".join(RANKS.values()))) | frozenset(
    listed(
        "admiral marshal general dr prof professor mr mrs ms miss sir dame lord lady he hh hrh hm excellency "
        "highness majesty his her hon honourable honorable president premier prime minister foreign defence "
        "defense secretary ambassador sheikh shaikh sheik shaykh sayyid hajji haji mullah ayatollah hojatoleslam "
        "imam maulana king queen prince princess crown emir sultan chairman chairwoman chairperson comrade senator "
        "representative congressman congresswoman governor mayor rev reverend father archbishop bishop pope "
        "patriarch deputy vice acting former field air chief director spokesman spokesperson spokeswoman "
        "chancellor justice judge engineer eng colonel-general army brigadier lance mp mep phd md esq kcb gcb obe "
        "mbe cbe kbe dso usn usaf usmc rn raf"
    )
)  # fmt: skip
_AFTER_TITLES: Final = frozenset(
    listed("of the and army navy force forces fleet aviation class grade police upper lower half")
)
_ALSO_NAMES: Final = frozenset(
    listed("general foreign private second first class grade flight wing group leader major father justice")
)
_PARTICLES: Final = frozenset(
    listed(
        "al el ul ad ar as ash at az an bin ibn ben bint von van der den de del della di da dos das du la le ter "
        "ten zu zum y af av"
    )
)
_ARTICLES: Final = frozenset(listed("al el ul ad ar as ash at az an"))
_GENERATIONS: Final = {
    **dict.fromkeys(("jr", "junior", "jnr", "younger"), "junior"), "2nd": "II", "3rd": "III", "ii": "II", "iii": "III",
    **dict.fromkeys(("sr", "senior", "snr", "elder"), "senior"), "iv": "IV",
}  # fmt: skip
_ASIDE: Final = re.compile(r"\([^)]*\)|\"[^\"]*\"|“[^”]*”|«[^»]*»")
_SERVANT: Final = re.compile(r"^abd(?:[aeiou]?([lrsntdz])(?:(?=\1)\1)?|[aeou])(?=[a-z]{3})")
_HANGUL: Final = re.compile("[\uac00-\ud7a3]")
_NUMERAL: Final = r"[IVX]|VI{1,3}|IX|XI{2,3}|XI?V|XVI{0,3}"  # not XI, which is a family name
_REIGN: Final = re.compile(rf"(?<!,)\s({_NUMERAL}|{_NUMERAL.lower()})\s*$")
_UNIT: Final = re.compile(r"[^\W_]+(?:-+[^\W_]+)*")
_PART: Final = re.compile(r"[^\W_]+")
_PATRONYMIC: Final = re.compile(r".{3,}(?:vich|vych|vna|ovna|oglu|oglou)$")


@lru_cache(maxsize=65_536)
def read(name: str) -> tuple[Name, ...]:
    """Take a person's name apart; two results where its marks may be dropped or written out."""
    return tuple(_read(text, name) for text in latin(_ASIDE.sub(" ", name) if _ASIDE.sub("", name).strip() else name))


def _read(text: str, name: str) -> Name:
    titles: list[str] = []
    generation = ""
    units: list[str] = []
    for piece in text.split(","):
        found = _UNIT.findall(piece.replace("h.e.", "he "))
        begun = 0
        while begun < len(found) and _is_title(found, begun, alone=not units and begun == len(found) - 1):
            begun += 1
        kept = found[begun:]
        while len(kept) > 1 and (kept[-1] in _GENERATIONS or kept[-1] in {"ret", "retd", "phd", "md", "esq"}):
            generation = _GENERATIONS.get(kept.pop(), "") or generation
        if len(kept) == 1 and kept[0] in _GENERATIONS and units:
            generation = _GENERATIONS[kept.pop()]
        titles.extend(found[:begun])
        units.extend(kept)
    if not generation and (reign := _REIGN.search(name)) and len(units) > 1:
        generation = reign[1].upper()
        units = units[:-1]
    parts, within = _parts(units or titles)
    titles = titles if units else []
    # What is written in Hangul is spelt in one way only.
    korean = syllables.is_korean(parts)
    hangul = korean and _HANGUL.search(name) is not None
    return Name(parts, within, tuple(titles), generation, korean, hangul, syllables.is_chinese(parts))


def _is_title(found: list[str], place: int, *, alone: bool) -> bool:
    word = found[place]
    if alone or (word in _AFTER_TITLES and not place):
        return False
    # A last word is a name, even if it is a title too, unless all that stands before a comma is titles.
    if word in _ALSO_NAMES and not place and len(found) == 2 and found[1] not in _TITLES:  # noqa: PLR2004
        return word in {"general", "major", "private"}
    return word in _TITLES or (bool(place) and word in _AFTER_TITLES) or (bool(place) and _ordinal(word))


def _ordinal(word: str) -> bool:
    return word in {"1st", "2nd", "first", "second"}


def _parts(units: list[str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Divide words at hyphens, drop particles, and join `abd al-X` in its many spellings into one part."""
    parts: list[str] = []
    within: list[int] = []
    servant = False
    flat = [(part, number) for number, unit in enumerate(units) for part in _PART.findall(unit)]
    whole = tuple(part for part, _ in flat)
    if syllables.is_korean(whole) or syllables.is_chinese(whole):
        return whole, tuple(number for _, number in flat)  # where `An`, `De` and `Bin` are names
    enough = sum(part not in _PARTICLES for part in whole) > 1
    for place, (part, number) in enumerate(flat):
        if (part in _ARTICLES or (part in _PARTICLES and enough)) and place < len(flat) - 1:
            continue
        if part in {"abd", "abdul", "abdel", "abdal", "abdu"} and place < len(flat) - 1:
            servant = True
            continue
        word = _SERVANT.sub("abd", part)
        if part == "allah" and servant:
            word = "lah"
        if word in {"din", "deen"} and parts and flat[place - 1][0] in _ARTICLES | {"ud"}:
            parts[-1] += "udin"
            continue
        if parts and parts[-1] == "din":
            parts.pop()
        parts.append("abd" + word if servant else word)
        within.append(number)
        servant = False
    return tuple(parts), tuple(within)


def names(one: str, other: str, *, person: bool = True) -> Likeness:
    """Return how alike two names are, of two persons, or of two organizations, places, posts or other things.

    A score of `ALIKE` or more says that the names may well be one, and nothing of whether their bearers are.
    """
    if not person:
        return wording.compare(wording.read(one), wording.read(other))
    pairs = product(read(one), read(other))
    return max((_persons(*sorted(pair)) for pair in pairs), key=lambda found: found.score)


class _Agreed(NamedTuple):
    """A run of parts on one side that agrees with a run on the other."""

    near: float
    one: tuple[int, int]
    other: tuple[int, int]
    word: str
    initial: bool


def _persons(one: Name, other: Name) -> Likeness:
    agreed = _align(one, other)
    if not agreed:
        return Likeness(0.0, ())
    score, against = _what_one_lacks(one, other, agreed)
    if not _in_order(one, other, agreed):
        score = min(score, _OTHER_ORDER)
        against.append("the parts stand in another order")
    if one.generation != other.generation:
        apart = bool(one.generation and other.generation)
        score = min(score, 0.3) if apart else score * 0.75
        against.append(f"{one.generation or 'nothing'} on the one side, {other.generation or 'nothing'} on the other")
    telling = tuple((consonants(found.word), _bits(found, one, other)) for found in agreed)
    return Likeness(score, tuple(_reasons(one, other, agreed)), tuple(against), telling)


def _what_one_lacks(one: Name, other: Name, agreed: list[_Agreed]) -> tuple[float, list[str]]:
    """Return the score that the agreeing parts give, less what only one has, and what that is."""
    score = _together(agreed)
    lone = _left(one, [found.one for found in agreed])
    lonely = _left(other, [found.other for found in agreed])
    if not (lone or lonely):
        return score, []
    if lone and lonely:
        share = 1 - (len(lone) + len(lonely)) / (len(one.parts) + len(other.parts))
        score = min(_FEW, score * share * share)
        against = f"{_quoted(one, lone)} on the one side, {_quoted(other, lonely)} on the other"
    else:
        name, left = (one, lone) if lone else (other, lonely)
        score *= _without(name, left, agreed)
        against = f"only one has {_quoted(name, left)}"
    if len(agreed) == 1 or all(found.initial for found in agreed):
        score = min(score, _SURNAME)
    return score, [against]


def _reasons(one: Name, other: Name, agreed: list[_Agreed]) -> Iterator[str]:
    if one.parts == other.parts:
        yield "the same name"
    elif sorted(one.parts) == sorted(other.parts) and _in_order(one, other, agreed):
        yield "the same name, beginning with another part"
    for found in agreed:
        a, b = _text(one, found.one), _text(other, found.other)
        if found.initial:
            yield f"`{min(a, b, key=len)}` may stand for `{max(a, b, key=len)}`"
        elif found.near < 1:
            yield f"`{a}` and `{b}` may be spellings of one name"
    if one.titles != other.titles:
        yield f"titles left out: {' '.join(one.titles or other.titles)}"


def _align(one: Name, other: Name) -> list[_Agreed]:
    """Return which parts agree, the best agreements first; neighbours count together where that fits."""
    found: list[_Agreed] = []
    korean = one.korean and other.korean and not (one.hangul and other.hangul)
    chinese = one.chinese and other.chinese
    for (i, m), (j, n) in product(_runs(one), _runs(other)):
        if m > 1 and n > 1:
            continue
        first, second = "".join(one.parts[i : i + m]), "".join(other.parts[j : j + n])
        shorter, longer = (first, second) if len(first) < len(second) else (second, first)
        if len(shorter) == 1 and m == n == 1 and shorter != longer:
            near = _INITIAL if longer[0] == shorter else 0.0
        elif korean or chinese:
            near = max(
                syllables.alike_in_korean(first, second) if korean else 0.0,
                syllables.alike_in_chinese(first, second) if chinese else 0.0,
            )
        else:
            near = alike(first, second) or _with_article(first, second)
        if near:
            found.append(_Agreed(near, (i, m), (j, n), longer, initial=len(shorter) == 1))
    found.sort(key=lambda run: (-run.near, run.initial, -len(run.word), run.one, run.other))
    taken: set[tuple[int, int]] = set()
    kept = []
    for run in found:
        places = {(0, run.one[0] + k) for k in range(run.one[1])} | {(1, run.other[0] + k) for k in range(run.other[1])}
        if not taken & places:
            taken |= places
            kept.append(run)
    return kept


@lru_cache(maxsize=4096)
def _all_runs(count: int) -> tuple[tuple[int, int], ...]:
    return tuple((start, size) for size in (1, 2, 3) for start in range(count - size + 1))


def _runs(name: Name) -> tuple[tuple[int, int], ...]:
    return _all_runs(min(len(name.parts), 8))


def _with_article(one: str, other: str) -> float:
    """Compare `alassad` with `assad`: the article or another particle may be written as part of the name."""
    shorter, longer = sorted((one, other), key=len)
    for size in (2, 3):
        rest = longer[size:]
        if longer[:size] in _PARTICLES and len(rest) > 3 and abs(len(rest) - len(shorter)) < 2:  # noqa: PLR2004
            near = alike(rest, shorter)
            return near * 0.97 if near == 1 or longer[:size] in _ARTICLES else 0.0
    return 0.0


def _together(agreed: list[_Agreed]) -> float:
    # Spellings of one system recur in every part: the least counts once. Other losses add up.
    spelt = min(found.near for found in agreed)
    score = 1.0
    for found in agreed:
        if found.near < NEAR:
            score *= found.near ** (2 / max(2, len(agreed)))
    return min(score, spelt) if spelt >= NEAR else score


def _left(name: Name, runs: list[tuple[int, int]]) -> list[int]:
    taken = {start + k for start, size in runs for k in range(size)}
    return [place for place in range(len(name.parts)) if place not in taken]


def _without(name: Name, left: list[int], agreed: list[_Agreed]) -> float:
    """Return what is left of a score when one side lacks parts that the other has."""
    if name.korean or name.chinese:
        return 0.7  # a syllable less is another name
    gone = {name.within[place] for place in left}
    kept = {name.within[place] for place in range(len(name.parts)) if place not in left}
    if gone & kept:
        return 0.75  # `Jean` is not `Jean-Marie`
    if any(len(name.parts[place]) == 1 for place in left) and any(found.initial for found in agreed):
        return 0.75  # `George W.` is not `George H. W.`
    factor = 1.0
    for place in left:
        factor *= 0.97 if _PATRONYMIC.match(name.parts[place]) or len(name.parts[place]) == 1 else 0.94
    return max(factor, 0.85)


def _in_order(one: Name, other: Name, agreed: list[_Agreed]) -> bool:
    """Tell whether the parts follow each other in one order, wherever each side begins."""
    runs = sorted(agreed, key=lambda found: found.one)
    places = [found.other[0] for found in runs]
    for before, after in pairwise(runs):
        same = one.within[before.one[0]] == one.within[after.one[0]]
        if same and other.within[before.other[0]] == other.within[after.other[0]] and after.other < before.other:
            return False
    falls = sum(after < before for before, after in zip(places, places[1:] + places[:1], strict=True))
    return falls <= 1


def _text(name: Name, run: tuple[int, int]) -> str:
    return "-".join(name.parts[run[0] : run[0] + run[1]])


def _quoted(name: Name, left: list[int]) -> str:
    return ", ".join(f"`{name.parts[place]}`" for place in left)


# --- How telling a name is, and the keys to find near ones by -------------------------------------------------

_FREQUENT: Final = frozenset(map(consonants, listed(
    "john james michael robert david william richard thomas charles paul peter mark george smith jones brown "
    "johnson williams miller davis wilson mohammed ahmed ali hassan hussein mahmoud ibrahim omar khaled khan "
    "abdullah abdlah ivan sergei aleksandr vladimir dmitri andrei aleksei nikolai mikhail yuri petrov ivanov "
    "smirnov popov maria anna jose juan carlos luis garcia rodriguez hernandez martinez lopez gonzalez perez hans "
    "jean pierre singh kumar nguyen tran jan martin christian andreas muller schmidt daniel "
)))  # fmt: skip
_MOST_FREQUENT: Final = frozenset(listed("kim gim lee yi rhee ri li park pak bak choi choe wang zhang liu chen chang"))


def _bits(found: _Agreed, one: Name, other: Name) -> float:
    """Return how telling a part is, in bits, before the store says how often it occurs there."""
    word = found.word
    if found.initial:
        return 3.0
    if (one.korean and other.korean) or (one.chinese and other.chinese):
        return 3.0 if word in _MOST_FREQUENT else 3.5 * max(1, round(len(word) / 4))
    if word.startswith("abd"):
        return 5.0  # `Abd al-Rahman` and its like are long and frequent
    return 5.0 if consonants(word) in _FREQUENT else min(13.0, 2.5 + 1.15 * len(word))


def words(name: str, *, person: bool = True) -> set[str]:
    """Return the keys of a name's words, as `Likeness.shared` has them, to count how often each occurs."""
    if not person:
        return wording.words(wording.read(name))
    return {consonants(part) for taken in read(name) for part in (*taken.parts, *_units(taken)) if len(part) > 1}


def keys(name: str, *, person: bool = True) -> set[str]:
    """Return the keys by which names that are alike find each other: nearly all that are share one."""
    if not person:
        return wording.keys(wording.read(name))
    found: set[str] = set()
    for taken in read(name):
        units = [sound(_softened(unit) if taken.korean else unit) for unit in _units(taken) if len(unit) > 1]
        whole = "".join(sound(_softened(part) if taken.korean else part) for part in taken.parts)
        if whole:
            found.add("=" + min(whole[k:] + whole[:k] for k in range(len(whole))))
        found.update(unit for unit in units if len(unit) > 1)
        if not (taken.korean or taken.chinese):
            units = list(dict.fromkeys([*units, *(sound(part) for part in taken.parts if len(part) > 1)]))
        found.update("+".join(sorted(pair)) for pair in combinations(units[:6], 2))
    return found


def _softened(word: str) -> str:
    # `Lee`, `Yi`, `Rhee` and `Ri` are one name, so its first consonant is no key.
    return word.lstrip("rln") if word[0] in "rln" and word.lstrip("rlnh") else word


def _units(name: Name) -> list[str]:
    units: dict[int, str] = {}
    for part, number in zip(name.parts, name.within, strict=True):
        units[number] = units.get(number, "") + part
    return list(units.values())
