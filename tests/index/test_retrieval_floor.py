"""The retrieval floor: the sample questions still find their sources among look-alikes."""

from __future__ import annotations

import itertools
import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from index.config import IndexConfig
from index.query import parse
from index.search import Index
from ingest.config import IngestConfig
from ingest.job import run

FLOOR = 0.935
"""Measured .951; without meaning .921, without the kind of answer .932."""
QUESTIONS = Path(__file__).parents[2] / "samples" / "questions.jsonl"
KINDS = {"why", "howmany", "when", "what", "who", "where", "yesno"}
"""Of questions that one search is to find the source of: not of several at once, nor of "and the other?"."""
PLACES = [
    *(("Serbia", "Belgrade"), ("Kosovo", "Pristina"), ("Greece", "Athens"), ("Turkey", "Ankara")),
    *(("Moldova", "Chisinau"), ("Hungary", "Budapest"), ("Finland", "Helsinki"), ("Egypt", "Cairo")),
    *(("Ethiopia", "Addis Ababa"), ("Sudan", "Khartoum"), ("India", "Delhi"), ("Pakistan", "Islamabad")),
    *(("Georgia", "Tbilisi"), ("Armenia", "Yerevan"), ("Azerbaijan", "Baku"), ("Iran", "Tehran")),
]
STORIES = [
    "{a} refuses talks in Washington|"
    "{capital} said it would not come to the talks with {b} in Washington, where the foreign "
    "ministers were to meet. The ministry named no reason, and the mediators made no comment.",
    "{a} expels a diplomat of {b}|"
    "The foreign ministry in {capital} called in the ambassador of {b} and told a member of the "
    "embassy to leave within two days. {b} said that it would answer in kind.",
    "Border commission of {a} and {b} meets|"
    "Deputy prime ministers of {a} and {b} talked about four villages and the border between them. "
    "They agreed to meet again, and said nothing of prisoners or soldiers.",
    "EU promises {a} money at a meeting in Brussels|"
    "At a meeting in Brussels the European Union promised {a} a plan for growth. Leaders in {capital} "
    "thanked it; {b} asked for the same.",
    "{a} weighs its place in the alliance|"
    "The prime minister told the parliament in {capital} that {a} might leave the security treaty. "
    "NATO's secretary general toured the region and ended in {b}.",
    "Soldiers wounded on the border of {a}|"
    "Two servicemen of {a} were wounded by shots from {b}, the ministry of defence in {capital} said. "
    "The court in The Hague ordered provisional measures years ago.",
]


def distractors() -> list[dict[str, str]]:
    """Articles of our own about the same kinds of things, elsewhere and at other times."""
    articles = []
    pairs = zip(PLACES, PLACES[3:] + PLACES[:3], strict=True)
    for number, (((a, capital), (b, _)), story) in enumerate(itertools.product(pairs, STORIES)):
        title, text = story.format(a=a, b=b, capital=capital).split("|")
        day = date(2022, 1, 10) + timedelta(days=7 * number)
        url = f"https://elsewhere.example/{number}"
        articles.append({"title": title, "text": text, "date": day.isoformat(), "url": url})
    return articles


def mean_reciprocal_rank(data: Path) -> float:
    """Of the first passage of an expected source, over the questions that the samples answer."""
    ranks = []
    with Index.open(IndexConfig(data)) as index:
        for line in QUESTIONS.read_text(encoding="utf-8").splitlines():
            asked = json.loads(line)
            if not asked["answerable"] or asked["kind"] not in KINDS:
                continue
            as_of = date.fromisoformat(asked["as_of"]) if asked.get("as_of") else date(2024, 6, 1)
            hits = index.search(parse(asked["question"], as_of=as_of), 10)
            of_source = (
                n
                for n, hit in enumerate(hits, 1)
                if any(hit.origin.endswith(source) or hit.url == source for source in asked["sources"])
            )
            ranks.append(1 / next(of_source, 10**9))
    return sum(ranks) / len(ranks)


@pytest.mark.slow
def test_sample_questions_find_their_sources_among_articles_like_them(samples: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(samples, data)
    archive = tmp_path / "elsewhere.jsonl"
    archive.write_text("".join(json.dumps(a) + "\n" for a in distractors()), encoding="utf-8")
    report = run([str(archive)], IngestConfig(IndexConfig(data)))
    assert report.articles == len(PLACES) * len(STORIES), report.counts
    found = mean_reciprocal_rank(data)
    assert found >= FLOOR, f"MRR@10 fell to {found:.3f}"
