import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from statusquo.core.endpoint import Endpoint
from statusquo.core.errors import RecipeFailed
from statusquo.core.service import Launch
from statusquo.recipes.command import CommandRecipe


def recipe(folder: Path, *argv: str) -> CommandRecipe:
    def launch(words: tuple[str, ...], _: Mapping[str, Endpoint]) -> Launch:
        return Launch(words, folder, (("WHO", "me"),))

    return CommandRecipe(" ".join(argv), argv, folder, (("WHO", "me"),), launch, folder / "recipe.log")


def test_it_runs_in_the_folder_and_environment_it_is_given(tmp_path: Path) -> None:
    recipe(tmp_path, sys.executable, "-c", "import os; open('out', 'w').write(os.environ['WHO'])").build({})
    assert (tmp_path / "out").read_text() == "me"


def test_a_failure_shows_the_exit_code_and_the_last_lines_of_this_step_only(tmp_path: Path) -> None:
    (tmp_path / "recipe.log").write_text("of an earlier step\n")
    with pytest.raises(RecipeFailed) as caught:
        recipe(tmp_path, sys.executable, "-c", "print('no such table'); raise SystemExit(3)").build({})
    assert str(caught.value) == (
        f"The recipe step '{sys.executable} -c print('no such table'); raise SystemExit(3)' failed with exit code 3, "
        f"in {tmp_path}. The baseline is not kept; the next run builds it again.\n    no such table"
    )


def test_a_program_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        RecipeFailed, match=r"^The recipe step 'nosuch x' cannot start: No such file or directory: nosuch\."
    ):
        recipe(tmp_path, "nosuch", "x").build({})


def test_its_fingerprint_follows_the_words_and_the_files_they_name(tmp_path: Path) -> None:
    (tmp_path / "data.json").write_text("1")
    first = recipe(tmp_path, "loaddata", "data.json").fingerprint()
    assert recipe(tmp_path, "loaddata", "data.json").fingerprint() == first
    (tmp_path / "data.json").write_text("2")
    second = recipe(tmp_path, "loaddata", "data.json").fingerprint()
    assert len({first, second, recipe(tmp_path, "load", "data.json").fingerprint()}) == 3
