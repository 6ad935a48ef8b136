"""The files around the code say what the code says."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from dotenv import dotenv_values
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PACKAGES = ("bot", "ingest", "index")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def requirements() -> list[Requirement]:
    extras = PROJECT["optional-dependencies"]
    return [Requirement(line) for line in (*PROJECT["dependencies"], *extras["anthropic"], *extras["dev"])]


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pinned}


def test_every_dependency_is_pinned_to_a_release_that_it_allows() -> None:
    pinned = pins()
    for wanted in requirements():
        if wanted.name != "dateline":
            assert wanted.specifier.contains(pinned[canonicalize_name(wanted.name)]), wanted


def test_every_package_that_the_code_imports_is_declared() -> None:
    declared = {canonicalize_name(wanted.name) for wanted in requirements()} | {"llama-index-core"}
    distributions = packages_distributions()
    for folder in PACKAGES:
        for path in (ROOT / folder).rglob("*.py"):
            for module in imported(ast.parse(path.read_text(encoding="utf-8"))):
                names = {canonicalize_name(name) for name in distributions.get(module, ())}
                assert names & declared, f"{path}: {module}"


def imported(tree: ast.Module) -> set[str]:
    """Top-level names of other people's modules that a module imports, wherever it does."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names - set(sys.stdlib_module_names) - set(PACKAGES)


def test_make_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^\.PHONY: (\S+)$", makefile, re.MULTILINE))
    listed = subprocess.run(["make", "-s"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {line.split()[1] for line in listed.splitlines()} == targets
    assert {"help", "demo", "test", "test-slow", "eval", "clean"} <= targets


def test_the_readme_lists_every_setting_with_its_default() -> None:
    listed = dict(re.findall(r"^\| `([A-Z_]+)` \| (?:`(.*?)`)? *\|", README, re.MULTILINE))
    assert listed == dotenv_values(ROOT / ".env.example")


def test_the_readme_asks_for_the_permissions_that_the_bot_asks_for() -> None:
    from bot.discord_app.client import PERMISSIONS

    assert set(re.findall(r"\b\d{12}\b", README)) == {str(PERMISSIONS.value)}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_links_to_files_that_are_there(document: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", document.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (document.parent / link).exists()]
    assert missing == []


def test_the_changelog_begins_with_the_release_that_this_is() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    first = re.search(r"^## (\S+)", changelog, re.MULTILINE)
    assert first is not None
    assert first[1] == PROJECT["version"]
