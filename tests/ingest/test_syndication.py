from __future__ import annotations

from dataclasses import dataclass, field

from index.article import Version
from ingest.signature import signature
from ingest.syndication import find, same_story

WIRE = """BAKU, Nov 16 (MWS) - Azerbaijan has turned down a US offer to bring its foreign minister together
with his Armenian colleague in Washington on Nov 20, pointing to testimony that a senior American
diplomat gave this week. In a written comment on Thursday the Foreign Ministry called the approach
set out by the assistant secretary of state one-sided, and said it could lead to the United States
losing its role as a mediator. The diplomat told lawmakers on Nov 15 that nothing would be normal
with Azerbaijan after the events of Sept 19 until there was progress on the peace track. He said
several high-level visits had been cancelled. The ministry replied that relations could not run in
one direction only, and that visits by ranking US officials would be inappropriate."""
EDITED = (
    WIRE.replace("BAKU, Nov 16 (MWS) - ", "")
    .replace("turned down", "declined")
    .replace("lawmakers", "Congress")
)
SHORTENED = (
    " ".join(EDITED.split()).partition("He said several")[0] + "This report comes from an agency partner."
)
OTHER = """Azerbaijan's Foreign Ministry said on Thursday that it does not consider it possible to hold the
meeting of the Azerbaijani and Armenian foreign ministers that was planned for 20 November in
Washington. The ministry tied its decision to what the US assistant secretary of state had told a
House subcommittee the day before. It described his statements as biased, baseless and harmful to
ties between the two capitals."""
TREMOR = """A magnitude {0} earthquake struck {1} kilometres from {2} early on {3}, the seismological service
said. The tremor was felt in several villages. There were no reports of damage or casualties, the
emergency ministry said."""


def test_wire_copy_edited_or_shortened_is_one_story() -> None:
    assert same_story(WIRE, WIRE) == 1
    assert same_story(WIRE, EDITED) > 0
    assert same_story(WIRE, SHORTENED) > 0


def test_two_reports_of_one_event_are_two_stories() -> None:
    assert same_story(WIRE, OTHER) == 0


def test_notes_of_one_shape_with_other_numbers_or_names_are_other_news() -> None:
    first = TREMOR.format("4.2", "12", "Shamakhi", "Tuesday")
    assert same_story(first, TREMOR.format("4.7", "12", "Shamakhi", "Tuesday")) == 0
    assert same_story(first, TREMOR.format("4.2", "12", "Goygol", "Tuesday")) == 0
    assert same_story(first, first.replace("early on", "on")) > 0


def test_a_corrected_figure_does_not_make_a_long_report_another_story() -> None:
    assert same_story(WIRE, EDITED.replace("Sept 19", "Sept 20")) > 0


@dataclass
class Shelf:
    """Every version shares a band with every other: the texts decide."""

    held: dict[str, Version] = field(default_factory=dict)

    def put(self, article: str, text: str, published: str | None, publisher: str | None = None) -> None:
        id_ = f"{article}@1"
        self.held[id_] = Version(
            *(id_, article, 1, text, "", publisher, None, "en", published, None, "2024-01-01", "first", "", 1)
        )

    def candidates(self, bands: list[int]) -> list[str]:
        return list(self.held)

    def version(self, id: str) -> Version | None:  # noqa: A002
        return self.held.get(id)


def printing_of(
    shelf: Shelf, text: str, published: str | None, article: str = "new", publisher: str | None = None
) -> str | None:
    found = signature(text)
    assert found is not None
    version = find(shelf, found, text, published, article, publisher)
    return version.article if version else None


def test_the_most_alike_of_the_candidates_is_taken() -> None:
    shelf = Shelf()
    shelf.put("short", SHORTENED, "2023-11-16")
    shelf.put("whole", WIRE, "2023-11-16")
    shelf.put("other", OTHER, "2023-11-16")
    assert printing_of(shelf, EDITED, "2023-11-17") == "whole"


def test_a_story_is_printed_within_a_week() -> None:
    shelf = Shelf()
    shelf.put("old", WIRE, "2023-11-01")
    assert printing_of(shelf, EDITED, "2023-11-16") is None
    assert printing_of(shelf, EDITED, "2023-11-08") == "old"
    assert printing_of(shelf, EDITED, None) == "old"


def test_an_article_is_no_printing_of_itself() -> None:
    shelf = Shelf()
    shelf.put("same", WIRE, "2023-11-16")
    assert printing_of(shelf, EDITED, "2023-11-16", article="same") is None


def test_an_outlets_note_of_every_day_is_another_days_news() -> None:
    note = (
        "The central bank entered the money market to arrange 1.5 billion manats of repurchase "
        "agreements for customers, a spokesman for the bank said on Thursday."
    )
    shelf = Shelf()
    shelf.put("yesterday", note, "2023-11-15", publisher="Meridian Wire")
    assert printing_of(shelf, note, "2023-11-16", publisher="Meridian Wire") is None
    assert printing_of(shelf, note, "2023-11-15", publisher="Meridian Wire") == "yesterday"
    assert printing_of(shelf, note, "2023-11-16", publisher="Baku Evening Post") == "yesterday"
    assert printing_of(shelf, note, "2023-11-16") == "yesterday"
