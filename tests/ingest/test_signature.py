from __future__ import annotations

import hashlib
import struct

from ingest.signature import BANDS, signature

WIRE = """BAKU, Nov 16 (MWS) - Azerbaijan has turned down an offer to bring its foreign minister together
with his colleague on Nov 20, pointing to testimony that a senior diplomat gave this week. In a written
comment on Thursday the ministry called the approach one-sided, and put losses at 1,250.5 million."""


def test_a_signature_is_the_same_on_every_machine_and_in_every_release() -> None:
    found = signature(WIRE)
    assert found is not None
    assert len(found) == BANDS
    assert hashlib.sha256(struct.pack(f"<{BANDS}q", *found)).hexdigest()[:16] == "a6d5f08dbaa36e37"


def test_spaces_capitals_and_typographic_marks_make_no_difference() -> None:
    changed = "\n" + WIRE.replace("\n", "  ").replace("one-sided", "one–sided").upper()
    assert signature(changed) == signature(WIRE)


def test_texts_that_share_most_words_share_bands_and_others_share_none() -> None:
    ours, edited, other = (
        set(signature(text) or ())
        for text in (WIRE, WIRE.replace("senior ", ""), " ".join(reversed(WIRE.split())))
    )
    assert ours & edited
    assert not ours & other


def test_a_script_that_puts_no_spaces_has_its_words_counted_too() -> None:
    text = "，".join(f"第{n}条消息说部长昨天离开了首都" for n in range(20))
    assert len(text.split()) == 1
    assert signature(text) is not None


def test_equal_headlines_meet_in_a_band_of_their_own() -> None:
    headline = "Baku stays away from talks"
    first, second = signature(WIRE, headline), signature(" ".join(reversed(WIRE.split())), headline.upper())
    assert first is not None and second is not None
    assert first[BANDS:] == second[BANDS:] and len(first) == BANDS + 1
    assert len(signature(WIRE, "Weather") or ()) == BANDS


def test_a_text_of_a_few_words_has_no_signature() -> None:
    assert signature("Talks are off, says Baku.") is None
    assert signature("") is None
