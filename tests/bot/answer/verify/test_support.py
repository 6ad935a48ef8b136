from __future__ import annotations

import numpy as np
import pytest

from bot.answer.evidence import gather, mark
from bot.answer.question import understand
from bot.answer.types import Question
from bot.answer.verify import support
from bot.answer.write import Drafted
from index.article import Version

from ..hits import a_hit

WHY = "why did Baku refuse Washington talks?"
BIASED = (
    "The Foreign Ministry in Baku accused Washington of taking a biased position after a senior American "
    "diplomat criticised the country in Congress."
)
GAS = (
    "Stoltenberg thanked Armenia for its contribution to the KFOR mission in Kosovo, and Azerbaijan for the "
    "gas it supplies."
)
NOT_POSSIBLE = "The ministry does not consider it possible to hold the meeting in Washington on 20 November."
COULD = "Such a one-sided approach could lead to the loss of its role as a mediator."
LEFT = "More than 100,000 ethnic Armenians left for Armenia in September."


def carried(
    draft: str, source: str, question: str = WHY, *, title: str = "News", mark_: int = 1
) -> str | None:
    """The text of the sentence that carries the draft, of an article with this text."""
    version = Version(
        id="a@1",
        article="a",
        n=1,
        text=source,
        title=title,
        publisher=None,
        author=None,
        language="en",
        published="2023-11-16",
        modified=None,
        seen="2023-11-16",
        reason="first",
        raw_hash="-",
        cleaner=1,
    )
    hit = a_hit(source, title=title)
    asked = understand(Question(question))
    evidence = gather([hit], {"a@1": version})
    mark(asked, evidence, np.zeros(len(evidence)))
    found = support(Drafted(draft, (mark_,)), asked, evidence)
    return None if found is None else found.text


@pytest.mark.parametrize(
    ("draft", "source"),
    [
        (BIASED, BIASED),
        ("The Foreign Ministry in Baku accused Washington of taking a biased position.", BIASED),
        ("The ministry in Azerbaijan accused Washington of taking a biased position.", BIASED),
        ("Stoltenberg thanked Armenia for its contribution to the KFOR mission in Kosovo.", GAS),
        ("A one-sided approach could lead to the loss of its role as a mediator.", COULD),
        ("The ministry does not consider it possible to hold the meeting in Washington.", NOT_POSSIBLE),
        (
            "Armenia will not attend the summit in Minsk because of an insult to its president.",
            "Mirzoyan said that Armenia will not attend the summit in Minsk because of the insult to its "
            "president.",
        ),
    ],
)
def test_a_draft_close_to_its_source_is_carried(draft: str, source: str) -> None:
    assert carried(draft, source) == source


@pytest.mark.parametrize(
    ("draft", "source"),
    [
        pytest.param("Stoltenberg thanked Armenia for the gas.", GAS, id="parts of two statements"),
        pytest.param(
            "Stoltenberg thanked Armenia for the gas it supplies.", GAS, id="parts of two statements, long"
        ),
        pytest.param(
            "Stoltenberg thanked Azerbaijan for its contribution to KFOR.", GAS, id="another receiver"
        ),
        pytest.param(LEFT.replace("100,000", "120,000"), LEFT, id="another number"),
        pytest.param(LEFT.replace("September", "October"), LEFT, id="another month"),
        pytest.param(LEFT.replace("for Armenia", "for Georgia"), LEFT, id="another country"),
        pytest.param(
            "Bayramov proposed the border commission in Brussels.",
            "Mirzoyan proposed the border commission in Brussels.",
            id="another doer",
        ),
        pytest.param(
            "Washington accused the Foreign Ministry in Baku of taking a biased position.",
            BIASED,
            id="roles swapped",
        ),
        pytest.param(
            "The ministry considers it possible to hold the meeting in Washington.",
            NOT_POSSIBLE,
            id="denial left out",
        ),
        pytest.param(
            "The meeting will not take place in Washington on 20 November.",
            "The meeting will take place in Washington on 20 November.",
            id="denial put in",
        ),
        pytest.param(COULD.replace("could", "will"), COULD, id="a could become a will"),
        pytest.param(
            "Azerbaijan will hold the meeting with Armenia in Washington.",
            "Azerbaijan refused to hold the meeting with Armenia in Washington.",
            id="refusal left out",
        ),
        pytest.param(
            "Russia will withdraw its peacekeepers from Karabakh in May.",
            "Russia threatened to withdraw its peacekeepers from Karabakh in May.",
            id="threat taken for the deed",
        ),
        pytest.param(
            "Russia's peacekeepers had shot three soldiers in Karabakh.",
            "Russia denied that its peacekeepers had shot three soldiers in Karabakh.",
            id="what is denied taken for true",
        ),
        pytest.param(
            "The ministers will meet in Washington.",
            "The ministers will meet in Washington only if the position of the United States changes.",
            id="condition left out",
        ),
        pytest.param(BIASED.replace("biased", "friendly"), BIASED, id="one word of many changed"),
        pytest.param("Baku refused the Washington talks.", BIASED, id="echo of the question"),
        pytest.param("Heavy rain closed the road to Shushi for two days.", BIASED, id="nothing of it"),
        pytest.param(BIASED[:-1] + " @everyone.", BIASED, id="a ping"),
        pytest.param(BIASED[:-1] + " https://evil.example/x.", BIASED, id="an address"),
        pytest.param(BIASED.replace("Congress", "[Congress](//evil.example)"), BIASED, id="a masked link"),
    ],
)
def test_a_draft_that_says_something_else_is_not(draft: str, source: str) -> None:
    assert carried(draft, source) is None


def test_an_echo_of_the_question_is_no_answer_even_where_the_source_says_it() -> None:
    source = "Baku refused the talks in Washington."
    assert carried("Baku refused the talks in Washington.", source) is None
    assert carried("Baku refused the talks in Washington.", source, "What happened on Thursday?") == source


def test_a_number_alone_answers_how_many() -> None:
    assert carried("More than 100,000 Armenians left.", LEFT, "How many Armenians left?") == LEFT


def test_a_wrong_mark_is_put_right() -> None:
    text = f"Rain fell on the capital all day.\n{BIASED}"
    draft = "The Foreign Ministry in Baku accused Washington of taking a biased position."
    assert carried(draft, text, mark_=1) == BIASED
    assert carried(draft, text, mark_=99) == BIASED


def test_a_name_from_beside_the_source_may_stand_for_it() -> None:
    source = "It called the position of the ministry one-sided and harmful to the talks."
    draft = "Baku called the position of the ministry one-sided and harmful to the talks."
    assert carried(draft, source, title="Baku rejects the offer") == source
    assert carried(draft, source, title="News of the day") is None


def test_outside_english_nothing_drafted_is_shown() -> None:
    assert carried(BIASED, BIASED, "Bakü görüşmeyi neden reddetti?") is None
