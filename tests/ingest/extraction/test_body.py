from __future__ import annotations

import pytest

from ingest.extraction import body, features, model, page
from ingest.extraction.features import Known
from ingest.readers import blocks

PARAGRAPHS = [
    "The minister said on Thursday that the talks in the port would not take place next week.",
    "Her colleague abroad had not been told, officials said. No other day was named for them to meet.",
    "Fishermen on the quay shrugged. They had seen three such conferences come and go, one said.",
    "The harbour master, who had ordered flags, sent them back to the maker and asked for the money.",
]
STORY = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
NOTE = "The press council can be reached on every working day between nine and five."


def opened(markup: str) -> page.Page:
    return page.read(blocks.parse(f"<html><body>{markup}</body></html>"))


def texts(found: list[page.Block]) -> list[str]:
    return [block.text for block in found]


class TestBlocks:
    def test_text_around_and_between_elements_is_one_block_each(self) -> None:
        found = opened("<div>One <b>and</b> two<p>three</p>four<br>five <a href=/>six</a></div>")
        assert texts(found.blocks) == ["One and two", "three", "four", "five six"]

    def test_a_row_is_one_block(self) -> None:
        found = opened(
            "<table><tr>\n<td>Year</td>\n<td>Ships</td></tr><tr><td>2021</td><td>310</td></tr></table>"
        )
        assert texts(found.blocks) == ["Year | Ships", "2021 | 310"]

    def test_links_and_stress_are_counted(self) -> None:
        (block,) = opened("<p>abcd <a href=/>efgh</a> <b>ij</b></p>").blocks
        assert (block.linked, block.stressed) == (4, 2)

    def test_scripts_and_styles_are_no_text(self) -> None:
        assert texts(opened("<p>a<script>b</script><style>c</style>d</p>").blocks) == ["ad"]


class TestShares:
    def test_runs_of_four_words_count(self) -> None:
        found = opened("<p>a b c d e</p><p>v w x y z</p>").blocks
        assert features.shares(found, "A, b c d. Then e") == [0.5, 0.0]

    def test_a_short_block_must_be_a_line_or_a_cell(self) -> None:
        found = opened(
            "<h2>The quay</h2><h2>The port</h2><table><tr><td>1</td><td>2</td></tr></table>"
        ).blocks
        assert features.shares(found, "The quay\nIn the port, yes\n| 1 | 2 |") == [1.0, 0.0, 1.0]


class TestChoice:
    MARKUP = (
        f"<nav><a href=/>Home</a></nav><main><h1>Talks called off</h1>{STORY}</main>"
        f"<footer><p>{NOTE}</p></footer>"
    )

    @pytest.mark.parametrize("voted", ["\n".join(PARAGRAPHS), ""])
    def test_the_story_is_found_with_votes_and_without(self, voted: str) -> None:
        found = body.choose(opened(self.MARKUP), Known([voted, voted], title="Talks called off"))
        assert texts(found) == PARAGRAPHS

    def test_a_vote_for_something_short_elsewhere_is_set_aside(self) -> None:
        found = body.choose(opened(self.MARKUP), Known([NOTE, NOTE], title="Talks called off"))
        assert set(PARAGRAPHS) <= set(texts(found))

    def test_an_empty_page_has_no_body(self) -> None:
        assert body.choose(opened(""), Known(["", ""])) == []


class TestModel:
    def test_every_feature_that_it_weighs_is_computed(self) -> None:
        names, table = features.table(opened(TestChoice.MARKUP), Known(["", ""]))
        shipped = model.load()
        assert set(shipped.trees.names) | set(shipped.linear.names) <= set(names)
        assert table.shape == (7, len(names))

    def test_a_page_is_weighed_alike_in_pieces(self, monkeypatch: pytest.MonkeyPatch) -> None:
        names, table = features.table(opened(TestChoice.MARKUP), Known(["\n".join(PARAGRAPHS), ""]))
        whole = model.load().trees.probability(names, table)
        monkeypatch.setattr(model, "_ROWS", 2)
        assert model.load().trees.probability(names, table).tolist() == whole.tolist()


def test_text_has_a_line_a_block_and_dashes_before_items() -> None:
    found = opened("<p>Three things:</p><ul><li>ice</li><li>- flags</li></ul><h2>More</h2>").blocks
    assert body.text_of(found) == "Three things:\n- ice\n- flags\nMore"
    assert body.text_of(found, apart=True) == "Three things:\n\n- ice\n- flags\n\nMore"
