"""Outputs on disk: every byte that is kept is found at its own offset."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warroom.console.actions.runs import transcript
from warroom.console.actions.runs.transcript import SMALLEST_CAP, Writer


def kept(folder: Path, step: int) -> dict[int, bytes]:
    """Everything that can be read, by offset."""
    found, offset = {}, 0
    while (chunk := transcript.read(folder, offset, step)).data:
        found[chunk.offset] = chunk.data
        offset = chunk.end
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(st.binary(max_size=3000), st.integers(1, 3000)), max_size=20), st.integers(100, 5000))
def test_what_is_read_is_what_was_written_there(parts: list[bytes | int], step: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        writer = Writer(folder, SMALLEST_CAP)
        whole = b""
        for part in parts:
            if isinstance(part, int):
                writer.skip(part)
                whole += b"?" * part
            else:
                writer.write(part)
                whole += part
        writer.close()
        pieces = kept(folder, step)
        assert writer.offset == len(whole)
        assert sum(map(len, pieces.values())) <= SMALLEST_CAP
        for offset, data in pieces.items():
            assert all(byte in (whole[offset + index], ord("?")) for index, byte in enumerate(data))


def test_the_beginning_and_the_end_are_kept(tmp_path: Path) -> None:
    writer = Writer(tmp_path, SMALLEST_CAP)
    whole = b"".join(b"%07d\n" % number for number in range(10_000))
    for start in range(0, len(whole), 100):
        writer.write(whole[start : start + 100])
    writer.close()
    assert transcript.read(tmp_path, 0, SMALLEST_CAP).data == whole[: SMALLEST_CAP // 2]
    assert whole.endswith(transcript.tail(tmp_path, SMALLEST_CAP // 4))
    assert transcript.size(tmp_path) == len(whole)


def test_a_reader_in_the_gap_goes_on_where_something_is_kept(tmp_path: Path) -> None:
    writer = Writer(tmp_path, SMALLEST_CAP)
    writer.write(b"a" * 100)
    writer.skip(1000)
    writer.write(b"b" * 100)
    assert transcript.read(tmp_path, 100, 10) == transcript.Chunk(1100, b"b" * 10)
    assert transcript.read(tmp_path, 1200, 10) == transcript.Chunk(1200, b"")
    writer.close()


def test_an_output_that_does_not_exist_yet_is_empty(tmp_path: Path) -> None:
    assert transcript.read(tmp_path, 0, 10) == transcript.Chunk(0, b"")
    assert transcript.size(tmp_path) == 0
    assert transcript.tail(tmp_path, 10) == b""
