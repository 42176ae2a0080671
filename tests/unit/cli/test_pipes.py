"""A reader that leaves early, as ``head`` does, is no error."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = "import sys; from statusquo.cli.main import main; sys.exit(main(sys.argv[1:]))"


@pytest.mark.parametrize("words", [("config",), ("config", "--json")])
def test_a_reader_that_leaves_ends_the_program_quietly(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "statusquo.toml").write_text("[services.web]\ncommand = 'web'\n")
    reading, writing = os.pipe()
    os.close(reading)
    try:
        command = [sys.executable, "-c", PROGRAM, *words]
        done = subprocess.run(command, cwd=tmp_path, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")
