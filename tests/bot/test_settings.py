from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, env_name, load_settings, unknown_names

NAMES = [env_name(field) for field in Settings.model_fields]


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_names_are_the_ones_people_script_against() -> None:
    assert {
        "DATELINE_DATA",
        "DISCORD_TOKEN",
        "LLM",
        "LLM_MODEL",
        "LLM_BASE_URL",
        "LLM_API_KEY",
        "EMBEDDING_MODEL",
        "CHROMA_URL",
    } <= set(NAMES)


def test_with_nothing_set_the_embedded_model_answers_from_the_folder_data() -> None:
    settings = load_settings()
    assert settings.index_config().data == Path("data")
    assert settings.llm_config().kind == "embedded"
    assert settings.discord_token is None


def test_dotenv_is_read_from_the_working_directory_and_the_environment_wins(
    nothing_set: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (nothing_set / ".env").write_text("LLM=none\nEMBEDDING_MODEL=from-file\nLLM_TIMEOUT=5\n")
    monkeypatch.setenv("EMBEDDING_MODEL", "from-environment")
    settings = load_settings()
    assert (settings.llm, settings.embedding_model, settings.llm_timeout) == ("none", "from-environment", 5.0)


def test_the_data_option_wins_over_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_DATA", "elsewhere")
    assert load_settings().data == Path("elsewhere")
    assert load_settings(Path("here")).data == Path("here")


@pytest.mark.parametrize("blank", ["", "   "])
def test_a_blank_value_means_the_default(nothing_set: Path, blank: str) -> None:
    (nothing_set / ".env").write_text("".join(f"{name}={blank}\n" for name in NAMES))
    assert load_settings() == Settings.model_construct()


def test_a_blank_variable_leaves_what_dotenv_says(nothing_set: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (nothing_set / ".env").write_text("LLM=none\n")
    monkeypatch.setenv("LLM", "")
    assert load_settings().llm == "none"


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("LLM", "gpt4", "embedded, openai-like, anthropic or none"),
        ("LLM_TIMEOUT", "soon", "seconds"),
        ("LLM_TIMEOUT", "0", "more than 0"),
        ("LLM_BASE_URL", "localhost:11434", "http://"),
        ("CHROMA_URL", "ftp://chroma", "http://"),
        ("DISCORD_GUILD", "my server", "whole number"),
    ],
)
def test_a_wrong_value_names_the_variable_the_value_and_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, allowed: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    message = str(raised.value)
    assert f"{name}={value} in the environment" in message
    assert allowed in message


def test_the_error_says_that_a_wrong_value_stands_in_dotenv(nothing_set: Path) -> None:
    (nothing_set / ".env").write_text("LLM=gpt4\n")
    with pytest.raises(SettingsError, match=r"LLM=gpt4 in \.env is not allowed"):
        load_settings()


def test_all_wrong_values_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM", "gpt4")
    monkeypatch.setenv("LLM_TIMEOUT", "soon")
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert len(str(raised.value).splitlines()) == 2


def test_a_data_folder_that_is_a_file_is_refused(nothing_set: Path) -> None:
    (nothing_set / "file").write_text("")
    with pytest.raises(SettingsError, match="DATELINE_DATA=file on the command line"):
        load_settings(Path("file"))


def test_a_dotenv_that_is_no_text_is_named(nothing_set: Path) -> None:
    (nothing_set / ".env").write_bytes(b"LLM=\xff\xfe\n")
    with pytest.raises(SettingsError, match=r"\.env can't be read"):
        load_settings()


def test_the_language_model_is_taken_whatever_its_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM", " OpenAI-like ")
    assert load_settings().llm == "openai-like"


def test_secrets_stay_out_of_what_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "very.secret.token")
    monkeypatch.setenv("LLM_API_KEY", "sk-secret")
    settings = load_settings()
    assert "secret" not in repr(settings).replace("SecretStr", "")
    assert settings.llm_config().api_key == "sk-secret"


def test_a_slip_in_dotenv_is_found_and_strangers_are_let_be(nothing_set: Path) -> None:
    (nothing_set / ".env").write_text("DISCORD_TOKN=x\nPATH_TO_CATS=y\nLLM=none\n")
    assert unknown_names() == ["DISCORD_TOKN"]
