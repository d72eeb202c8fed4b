"""A file that can't be read, or was written to do harm, ends in a sentence."""

import os
from pathlib import Path

import pytest

from warroom.config.errors import ConfigError
from warroom.config.load import load
from warroom.config.source import MAX_BYTES, parse_toml, read_toml

GOOD = '[service]\nname = "shop"\n'


def said(folder: Path, data: bytes) -> str:
    path = folder / "warroom.toml"
    path.write_bytes(data)
    with pytest.raises(ConfigError) as caught:
        read_toml(path, path.name)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a = \n", "line 1, column 5: expected a value: text stands in quotes"),
        ("a = 1\nb = shop\n", "line 2, column 5: expected a value: text stands in quotes"),
        ("a = 1\na = 2\n", "line 2, column 6: this key is written twice"),
        ('a = "x\n', "line 1, column 7: a text on one line is not closed, or holds a control character"),
        ("a 1\n", 'line 1, column 3: expected "=" after the key'),
        ("a = [1,\n", "line 1, column 8: the file ends in the middle of a value"),
        ("[service]\n[service]\n", "line 2, column 9: is no valid TOML: cannot declare ('service',) twice"),
    ],
)
def test_invalid_toml_is_placed_by_line_and_column(tmp_path: Path, text: str, sentence: str) -> None:
    assert said(tmp_path, text.encode()).startswith(f"warroom.toml: {sentence}")


@pytest.mark.parametrize(
    "data", [b"\xef\xbb\xbf" + GOOD.encode(), GOOD.replace("\n", "\r\n").encode()], ids=["byte order mark", "crlf"]
)
def test_what_windows_editors_write_is_accepted(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "warroom.toml").write_bytes(data)
    loaded = load(tmp_path, environ={})
    assert loaded is not None and loaded.settings.service.name == "shop"


@pytest.mark.parametrize("data", [GOOD.encode("utf-16"), b'# caf\xe9\n[service]\nname = "shop"\n', b"\x80"])
def test_other_encodings_are_refused(tmp_path: Path, data: bytes) -> None:
    assert "is not UTF-8; save the file as UTF-8" in said(tmp_path, data)


def test_a_nul_byte_is_refused(tmp_path: Path) -> None:
    assert "warroom.toml: line 1" in said(tmp_path, b'a = "\0"\n')


def test_ten_megabytes_are_refused_without_reading_them(tmp_path: Path) -> None:
    path = tmp_path / "warroom.toml"
    with path.open("wb") as file:
        file.truncate(10 * MAX_BYTES)
    with pytest.raises(ConfigError, match="is larger than 1024 KiB"):
        read_toml(path, path.name)


@pytest.mark.parametrize(
    "bomb",
    [
        "a = " + "[" * 100_000,
        "a = " + "{a = " * 100_000,
        "a = " + "[" * 40 + "]" * 40,
        "[" + ".".join("a" * 60) + "]\n",
        ".".join("a" * 200_000) + " = 1\n",
        "[" + ".".join("a" * 200_000) + "]\n",
    ],
    ids=["lists", "tables", "closed lists", "header", "endless key", "endless header"],
)
def test_a_nesting_bomb_is_refused(bomb: str) -> None:
    with pytest.raises(ConfigError, match="nested deeper than 16 levels"):
        parse_toml(bomb, "warroom.toml")


def test_a_number_of_ten_thousand_digits_is_refused() -> None:
    with pytest.raises(ConfigError, match="is no valid TOML"):
        parse_toml("a = " + "9" * 10_000, "warroom.toml")


def test_a_folder_in_place_of_the_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "warroom.toml").mkdir()
    with pytest.raises(ConfigError, match=r"^warroom.toml: is a folder where a file is expected"):
        load(tmp_path, environ={})


def test_a_pipe_in_place_of_the_file_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "warroom.toml")
    with pytest.raises(ConfigError, match="is no regular file"):
        load(tmp_path, environ={})


def test_a_link_that_leads_nowhere_is_said(tmp_path: Path) -> None:
    (tmp_path / "warroom.toml").symlink_to(tmp_path / "gone.toml")
    with pytest.raises(ConfigError, match="there is no such file"):
        load(tmp_path, environ={})


def test_a_link_to_itself_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "warroom.toml").symlink_to(tmp_path / "warroom.toml")
    with pytest.raises(ConfigError, match="can't be read: too many levels of symbolic links"):
        load(tmp_path, environ={})


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_read_permission_is_said(tmp_path: Path) -> None:
    (tmp_path / "warroom.toml").write_text(GOOD)
    (tmp_path / "warroom.toml").chmod(0)
    with pytest.raises(ConfigError, match="can't be read: permission denied"):
        load(tmp_path, environ={})


def test_a_file_that_was_asked_for_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file"):
        load(tmp_path, file=tmp_path / "other.toml", environ={})
