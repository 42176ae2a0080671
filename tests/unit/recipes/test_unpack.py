import io
import tarfile
from pathlib import Path

import pytest

from statusquo.assets.volumes import unpacking
from statusquo.core.endpoint import Endpoint
from statusquo.core.errors import RecipeFailed
from statusquo.recipes.unpack import UnpackRecipe


def archive(path: Path, name: str) -> Path:
    with tarfile.open(path, "w:bz2") as tar:
        info = tarfile.TarInfo(name)
        info.size = 2
        tar.addfile(info, io.BytesIO(b"hi"))
    return path


def test_it_unpacks_into_the_folder(tmp_path: Path) -> None:
    step = UnpackRecipe("unpack", archive(tmp_path / "a.tar.bz2", "deep/x.txt"), "media", unpacking.unpack)
    step.build({"media": Endpoint("media", path=tmp_path / "media")})
    assert (tmp_path / "media" / "deep" / "x.txt").read_text() == "hi"


def test_a_member_that_would_leave_the_folder_is_refused(tmp_path: Path) -> None:
    step = UnpackRecipe("unpack a", archive(tmp_path / "a.tar.bz2", "../x.txt"), "media", unpacking.unpack)
    with pytest.raises(RecipeFailed, match=r"^The recipe step 'unpack a' failed: .*would leave the folder"):
        step.build({"media": Endpoint("media", path=tmp_path / "media")})
    assert not (tmp_path / "x.txt").exists()


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.tar").write_text("no")
    step = UnpackRecipe("unpack a", tmp_path / "a.tar", "media", unpacking.unpack)
    with pytest.raises(RecipeFailed, match=r"must be a tar archive"):
        step.build({"media": Endpoint("media", path=tmp_path / "media")})
