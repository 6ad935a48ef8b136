"""Whether what is shown holds a quiz answer: the rule of bench/answers.py and bench/fit_sure.py.

A sentence holds it when the answer's words stand in it in a row (numbers in figures or in words); or the last
word of a name of two or three ("Pence"), or two of its words in a row ("Nicole Shanahan"), that the question
doesn't give itself; or, of a longer answer, three words of five with its article's title, half of what the
question doesn't give standing in the sentence itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bench.retrieval import fold

_NUMBERS = {
    w: str(i)
    for i, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen twenty".split()
    )
}
_FIGURES = {figure: word for word, figure in _NUMBERS.items()}
_SMALL = frozenset(
    "the a an of in on at to for and or by with from is was were are be been has have had that this it its "
    "their his her they he she who which what when where how many much did does do will not no as than "
    "former president".split()
)
_TITLES = frozenset(
    "former president prime minister secretary chancellor queen king prince princess university school "
    "states united new north south west east saint st city los san las".split()
)


@dataclass(frozen=True)
class Gold:
    """The right answer to a question."""

    question: str
    answer: str
    also: Sequence[str] = field(default=())
    """Other words for it."""

    def held(self, text: str, title: str = "") -> bool:
        """Whether a sentence, from an article of that title, holds the answer."""
        there = fold(text)
        if any(form in there for form in self._forms()):
            return True
        return self._name_held(there) or self._mostly_held(_stems(text), _stems(title))

    def _forms(self) -> set[str]:
        words = fold(self.answer).split()
        forms = {
            " ".join(words),
            " ".join(_FIGURES.get(w, w) for w in words),
            " ".join(_NUMBERS.get(w, w) for w in words),
        }
        if words and words[0] in ("the", "a", "an"):
            forms.add(" ".join(words[1:]))
        if len(words) == 1 and words[0].endswith("s") and len(words[0]) > 4:
            forms.add(words[0][:-1])
        elif len(words) == 1 and len(words[0]) > 3 and words[0].isalpha():
            forms.add(words[0] + "s")
        return {f" {form} " for form in forms if form} | {fold(one) for one in self.also}

    def _name_held(self, there: str) -> bool:
        words = fold(self.answer).split()
        plain = self.answer.replace("’", " ").replace("'", " ")
        written = [w.strip('“”"') for w in plain.split()]
        capital = {w for one in written if one[:1].isupper() for w in fold(one).split()} - _SMALL - _TITLES
        named = [w for w in words if w in capital]
        asked = fold(self.question)
        if len(named) < 2 or len(words) > 9:
            return False
        last = f" {named[-1]} "
        if len(named) <= 3 and len(named[-1]) >= 5 and last not in asked and last in there:
            return True
        pairs = [f" {a} {b} " for a, b in pairwise(words) if a in capital and b in capital]
        return any(pair in there and pair not in asked for pair in pairs)

    def _mostly_held(self, there: set[str], title: set[str]) -> bool:
        wanted = _stems(self.answer)
        new = wanted - _stems(self.question)
        held = wanted & (there | title)
        if len(wanted) < 2 or not wanted & there:
            return False
        if len(wanted) <= 3:
            return held == wanted
        enough = 0.75 if len(wanted) <= 5 else 0.6
        return len(held) / len(wanted) >= enough and len(new & there) >= 0.5 * max(1, len(new))


def _stems(text: str) -> set[str]:
    return {w[:-1] if w.endswith("s") and len(w) > 3 else w for w in fold(text).split()} - _SMALL
