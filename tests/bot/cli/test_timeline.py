from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def test_a_timeline_reads_day_quote_and_outlets_and_names_where_each_stands(run: Any, archive: Path) -> None:
    ran = run("timeline", "Baku", "talks", "--data", str(archive))
    assert ran.code == 0
    first, second, *rest = ran.out.splitlines()
    assert first == "16 Nov 2023  Baku has called off the talks. [1]"
    assert second.strip().startswith("Caspian Courier")
    assert second.endswith("and Midwire, one source · day of publication")
    assert "    article " in ran.out
    assert "1 independent source in 2 outlets, newest 16 Nov 2023; as of 1 Feb 2024" in rest


def test_json_is_an_answers_object_with_the_days_of_its_claims(run: Any, archive: Path) -> None:
    ran = run("timeline", "Baku talks", "--json", "--data", str(archive))
    told = json.loads(ran.out)
    assert ran.code == 0
    (event,) = told["timeline"]
    assert (event["since"], event["until"], event["by"]) == ("2023-11-16", "2023-11-16", "published")
    claim = told["claims"][event["claim"]]
    quote = next(c for c in told["citations"] if c["n"] == claim["citations"][0])
    assert claim["text"] == quote["quote"]
    assert {"question", "as_of", "answered", "coverage", "stands", "sources"} <= set(told)


def test_nothing_to_tell_exits_4(run: Any, archive: Path) -> None:
    ran = run("timeline", "World Cup in Qatar", "--data", str(archive))
    assert ran.code == 4


def test_a_window_is_of_days_on_which_it_happened(run: Any, archive: Path) -> None:
    within = run(
        "timeline", "Baku talks", "--since", "2023-11-16", "--until", "2023-11-16", "--data", str(archive)
    )
    assert within.code == 0
    assert run("timeline", "Baku talks", "--until", "2023-11-15", "--data", str(archive)).code == 4


def test_an_end_before_its_start_is_a_wrong_use(run: Any, archive: Path) -> None:
    ran = run("timeline", "Baku", "--since", "2024-02-01", "--until", "2024-01-01", "--data", str(archive))
    assert ran.code == 2
