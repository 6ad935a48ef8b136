"""A question understood: its kind, what it is about, and who is said to do what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.answer import grammar, lexicon
from bot.answer.terms import Keys, Term
from index.text import words

Kind = Literal["why", "who", "when", "where", "howmany", "yesno", "what"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question understood. `text` is whole by itself: a follow-up carries what it leans on."""

    text: str
    language: str
    kind: Kind
    terms: tuple[Term, ...]
    deed: grammar.Deed | None = None
    """The deed asked about; None where the question names none or isn't English."""
    counted: Keys = frozenset()
    """Keys of what "how many" counts."""

    subject: Keys = frozenset()
    """Keys of whom the question is about: the doer of its main verb, where named."""
    saying: bool = False
    """Whether it asks what somebody said."""

    @property
    def doer_known(self) -> bool:
        """Whether it names who did a deed that has other words for it, so that both can be looked for."""
        return self.deed is not None and self.deed.named and any(k[0] == "+" for k in deed_keys(self.deed))

    @property
    def keys(self) -> Keys:
        return frozenset(k for t in self.terms for k in t.keys)


def deed_keys(deed: grammar.Deed) -> Keys:
    """What a deed is compared by. "Not attend" and "not accept" are `+refuse`; any other denied deed has
    no keys but its own word's group, marked as denied by the caller."""
    stems = " ".join(lexicon.stem(w) for w in words(deed.phrase))
    found = lexicon.groups(stems)
    if deed.negated:
        unwilling = found & {"attend", "accept"} or stems in ("go", "send", "come", "hold")
        return frozenset({"+refuse"}) if unwilling else frozenset()
    return frozenset("+" + g for g in found) | {stems}
