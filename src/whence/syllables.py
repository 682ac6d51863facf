"""Two words of Korean or of Chinese names compare by their syllables, whichever romanisation each is written in.

Such names are short and differ by a letter, so what two spellings can stand for is worked out, and nothing else is
alike. Pure; the systems are the Revised Romanisation, McCune-Reischauer and the press for Korean, and Pinyin and
Wade-Giles for Chinese.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product
from typing import Final

from whence.romanisation import NEAR, listed

__all__ = ["alike_in_chinese", "alike_in_korean", "is_chinese", "is_korean"]

# --- Korean ------------------------------------------------------------------------------------------------

_KOREAN_INITIAL: Final = {
    **dict.fromkeys(("k", "g", "kk", "kh"), "K"), **dict.fromkeys(("t", "d", "tt", "th"), "T"),
    **dict.fromkeys(("p", "b", "pp", "ph"), "P"), **dict.fromkeys(("j", "ch", "jj", "tch"), "C"),
    **dict.fromkeys(("s", "ss", "sh"), "S"), **dict.fromkeys(("r", "l", "rh"), "R"),
    "h": "H", "m": "M", "n": "N", "": "",
}  # fmt: skip
_KOREAN_FINAL: Final = {
    **dict.fromkeys(("k", "g", "ck", "rk"), "k"), **dict.fromkeys(("t", "d", "s"), "t"),
    **dict.fromkeys(("p", "b"), "p"), "l": "l", "ng": "ng", "n": "n", "m": "m", **dict.fromkeys(("", "r", "h"), ""),
}  # fmt: skip
# What each spelling can stand for, in the Revised Romanisation.
_KOREAN_VOWEL: Final = {
    spelling: frozenset(sounds.split("/"))
    for spelling, _, sounds in (
        pair.partition("=")
        for pair in listed(
            "a=a ae=ae ai=ae ay=ae e=e eo=eo eu=eu eui=ui ui=ui/wi uy=ui i=i ee=i ie=i yi=i y=i o=o/eo oo=u woo=u "
            "ou=eo/u u=u/eu/eo oi=oe oe=oe we=oe wae=oe wa=wa wo=wo weo=wo wi=wi ya=ya yae=yae ye=ye yeo=yeo "
            "yo=yo/yeo yoo=yu you=yeo/yu yu=yu/yeo"
        )
    )
}
_SYLLABLE: Final = re.compile(
    f"({'|'.join(sorted(filter(None, _KOREAN_INITIAL), key=len, reverse=True))})?"
    f"({'|'.join(sorted(_KOREAN_VOWEL, key=len, reverse=True))})"
)
_KOREAN_FAMILIES: Final = frozenset(
    listed(
        "kim gim lee yi rhee ri li i rhie park pak bak choi choe jeong jung chung chong cheong jong kang gang cho "
        "jo joh yoon yun youn jang chang lim im rim han oh o seo suh so shin sin kwon gwon kweon hwang whang ahn "
        "an song ryu yoo yu lyu ryoo hong jeon chun jun chon ko go koh moon mun yang ryang son sohn bae pae bai "
        "baek paek paik back heo hur huh ho nam sim shim noh no roh ro ha kwak gwak sung seong cha joo ju chu woo "
        "u koo gu ku min na ra jin chin ji chi eom um om won bang pang gong kong hyun hyon hyeon ham byun byon yum "
        "yeom yom yeo choo do to seok suk sok sun seon seol sol gil kil wi pyo myung ki ban pan maeng wang tae "
        "thae ok yook myong"
    )
)


def is_korean(words: tuple[str, ...]) -> bool:
    """Tell whether a name's words, in order, can be a Korean name: all syllables, a family name at one end."""
    ends = words[:1] + words[-1:]
    if len(words) < 2 or not any(word in _KOREAN_FAMILIES for word in ends):  # noqa: PLR2004 - family and given name
        return False
    return all(map(_korean, words)) and 2 <= sum(len(_korean(word)[0]) for word in words) <= 4  # noqa: PLR2004


_Syllable = tuple[str, frozenset[str], str]


@lru_cache(maxsize=65_536)
def _korean(word: str) -> tuple[tuple[_Syllable, ...], ...]:
    """Return the ways to read a word as Korean syllables, the one with the fewest final consonants first."""
    if not word:
        return ((),)
    found = _SYLLABLE.match(word.replace("wh", "hw"))
    if len(word) > 12 or found is None:  # noqa: PLR2004 - no given name has more than three syllables
        return ()
    rest = word.replace("wh", "hw")[found.end() :]
    ways: list[tuple[_Syllable, ...]] = []
    for final in ("", "n", "m", "l", "k", "g", "t", "d", "s", "p", "b", "h", "r", "ng", "ck", "rk"):
        if rest.startswith(final):
            vowels = _KOREAN_VOWEL[found[2]]
            if found[2] == "u" and not final:  # `Jung` may be `Jeong`, but `Su` is not `Seo`
                vowels -= {"eo"}
            syllable = (_KOREAN_INITIAL[found[1] or ""], vowels, _KOREAN_FINAL[final])
            ways.extend((syllable, *more) for more in _korean(rest[len(final) :]))
    return tuple(ways)


@lru_cache(maxsize=65_536)
def alike_in_korean(one: str, other: str) -> float:
    """Return how alike two words of Korean names are."""
    if one == other:
        return 1.0
    pairs = product(_korean(one), _korean(other))
    return NEAR if any(len(a) == len(b) and all(map(_same_syllable, a, b, range(len(a)))) for a, b in pairs) else 0.0


def _same_syllable(one: _Syllable, other: _Syllable, place: int) -> bool:
    if one[2] != other[2] or not one[1] & other[1]:
        return False
    initials = {one[0], other[0]}
    if len(initials) == 1:
        return True
    # A first r is dropped before i and y in the South, else it is n: `Ri` is `Lee` and `Yi`, `Ro` is `Noh`.
    softened = any(vowel[0] in "iy" for vowel in one[1] & other[1])
    return place == 0 and initials == ({"R", ""} if softened else {"R", "N"})


# --- Chinese -----------------------------------------------------------------------------------------------

_PINYIN: Final = re.compile(
    r"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|iao|ian|ing|uai|uan|ang|eng|ong|iu|ie|in|ia|ai|ei|ao|ou|"
    r"an|en|er|ui|un|uo|ua|ue|ve|[aeiouv]))+"
)
_WADE: Final = re.compile(
    r"(tz|ts|ss|sz|ch|hs|sh|[ptkmfnlhjswy])?(iang|iung|uang|iao|ien|ing|uai|uan|ang|eng|ung|ieh|ueh|iu|in|ia|ai|ei|ao|"
    r"ou|an|en|eh|ih|ui|un|uo|ua|erh|[aeiou])"
)
_WADE_INITIAL: Final = {"p": "bp", "t": "dt", "k": "gk", "ts": "zc", "tz": "zc", "hs": "x", "j": "r", "ss": "s",
                        "sz": "s"}  # fmt: skip
_WADE_FINAL: Final = {"ien": "ian", "ung": "ong", "iung": "iong", "ieh": "ie", "ueh": "ue", "eh": "e", "ih": "i",
                      "erh": "er"}  # fmt: skip
_CHINESE_FAMILIES: Final = frozenset(
    listed(
        "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he gao lin luo zheng liang xie tang "
        "song deng xiao han cao xi mao peng zeng wei fan yu dong qin jiang cai jia ding jin qiu lu lv du ye shen "
        "cheng fu ren jiao tan meng hou shao wan qian kong bai cui kang shi long duan lei fang tian yin qi miao "
        "hao gong chang wen pan yao you su dai yuan feng hua"
    )
)


@lru_cache(maxsize=65_536)
def _readings(word: str) -> frozenset[str]:
    """Return the Pinyin forms that a word can stand for, read as Pinyin and as Wade-Giles."""
    found = {word} if _PINYIN.fullmatch(word) else set()
    return frozenset(found | _wade(word))


@lru_cache(maxsize=65_536)
def _wade(word: str) -> frozenset[str]:
    if not word:
        return frozenset({""})
    found = _WADE.match(word)
    if found is None or len(word) > 14:  # noqa: PLR2004 - no given name has more than two syllables
        return frozenset()
    initial, final = found[1] or "", _WADE_FINAL.get(found[2], found[2])
    if initial == "ch":
        initials = ["j", "q"] if final[0] == "i" and found[2] != "ih" else ["zh", "ch"] + ["j", "q"] * (final[0] == "u")
    else:
        initials = list(_WADE_INITIAL.get(initial, initial)) if initial in _WADE_INITIAL else [initial]
    finals = {
        ("y", "u"): ["ou", "u"], ("y", "en"): ["an"], ("k", "o"): ["e"], ("h", "o"): ["e"], ("l", "o"): ["uo"],
        ("t", "o"): ["uo"], ("ss", "u"): ["i"], ("sz", "u"): ["i"], ("tz", "u"): ["i"], ("hs", "u"): ["u"],
        ("ch", "en"): ["en"],
    }.get((initial, final), [final])  # fmt: skip
    rest = _wade(word[found.end() :])
    return frozenset(a + b + c for a, b, c in product(initials, finals, rest))


def is_chinese(words: tuple[str, ...]) -> bool:
    """Tell whether a name's words, in order, can be a Chinese name: all syllables, a family name at one end."""
    if not 2 <= len(words) <= 3 or not all(map(_readings, words)):  # noqa: PLR2004 - family and one or two given
        return False
    return any(_readings(word) & _CHINESE_FAMILIES for word in words[:1] + words[-1:])


@lru_cache(maxsize=65_536)
def alike_in_chinese(one: str, other: str) -> float:
    """Return how alike two words of Chinese names are."""
    if one == other:
        return 1.0
    # One of them is taken as Pinyin: two Wade-Giles spellings that differ are two names.
    return NEAR if one in _readings(other) or other in _readings(one) else 0.0
