"""Every value knows its source, and the later source wins: file, environment, arguments."""

from pathlib import Path

from statusquo import config

FILE = "[services.web]\ncommand = 'python x.py'\n[rewind]\nsettle = 3\n"


def write(folder: Path, name: str = "statusquo.toml", text: str = FILE) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def source_of(loaded: config.Config, key: str) -> tuple[object, str]:
    return next((setting.value, setting.source) for setting in loaded.settings if setting.key == key)


def test_a_value_of_the_file_says_so(tmp_path: Path) -> None:
    assert source_of(config.load(write(tmp_path), environ={}), "rewind.settle") == (3, "statusquo.toml")


def test_a_value_nobody_gave_is_a_default(tmp_path: Path) -> None:
    assert source_of(config.load(write(tmp_path), environ={}), "services.web.within") == (30.0, "default")


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    loaded = config.load(write(tmp_path), environ={"STATUSQUO__REWIND__SETTLE": "4"})
    assert (loaded.rewind.settle, source_of(loaded, "rewind.settle")) == (
        4.0,
        (4, "environment variable STATUSQUO__REWIND__SETTLE"),
    )


def test_an_argument_overrides_the_environment(tmp_path: Path) -> None:
    environ = {"STATUSQUO__REWIND__SETTLE": "4"}
    loaded = config.load(write(tmp_path), environ=environ, arguments=["rewind.settle=5"])
    assert source_of(loaded, "rewind.settle") == (5, "argument --set rewind.settle=5")


def test_an_override_that_is_no_toml_is_a_string(tmp_path: Path) -> None:
    loaded = config.load(write(tmp_path), environ={}, arguments=["services.web.command=python y.py"])
    assert source_of(loaded, "services.web.command")[0] == "python y.py"


def test_a_section_of_pyproject_is_found_and_read(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", "[tool.statusquo.services.web]\ncommand = 'python x.py'\n")
    (tmp_path / "deep").mkdir()
    loaded = config.load(config.find(tmp_path / "deep"), environ={})
    assert (loaded.path.name, loaded.project, [s.name for s in loaded.services]) == (
        "pyproject.toml",
        tmp_path,
        ["web"],
    )


def test_all_databases_of_a_redis_are_put_back(tmp_path: Path) -> None:
    text = "[services.r]\nkind='redis'\ndatabases=32\n"
    assert config.load(write(tmp_path, text=text), environ={}).stores[0].databases == 32


def test_stores_go_back_in_the_order_databases_folders_redis(tmp_path: Path) -> None:
    text = "[services.r]\nkind='redis'\n[services.db]\nkind='postgres'\n[stores.media]\nkind='files'\n"
    loaded = config.load(write(tmp_path, text=text), environ={})
    assert [store.name for store in loaded.stores] == ["db", "media", "r"]
