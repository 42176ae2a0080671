"""Each wrong configuration is refused with one paragraph: file, key path, what was expected, the nearest valid name."""

from pathlib import Path

import pytest

from statusquo import config
from statusquo.core.errors import ConfigError

GOOD = """
[services.db]
kind = "postgres"

[services.cache]
kind = "redis"

[services.server]
command = "python -m http.server {port}"
env = { DATABASE_URL = "{db.url}", MEDIA = "{media.path}" }
needs = ["db", "media"]

[stores.media]
kind = "files"
"""


def load(folder: Path, text: str) -> config.Config:
    path = folder / "statusquo.toml"
    path.write_text(text)
    return config.load(path, environ={})


def refuse(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load(folder, text)
    return str(caught.value)


def test_a_good_file_is_taken(tmp_path: Path) -> None:
    assert [service.name for service in load(tmp_path, GOOD).services] == ["db", "cache", "server", "media"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[services.web\ncommand = 'x'",
            (
                "statusquo.toml is not TOML: Expected ']' at the end of a table declaration (at line 1, column 14). "
                "Mend {path}; see https://toml.io."
            ),
        ),
        ("", "statusquo.toml: there are no services. Write at least one [services.NAME] with a command."),
        (
            "[servces.a]\ncommand = 'x'",
            "statusquo.toml: the file: 'servces' is no table here. Did you mean 'services'?",
        ),
        (
            "[services.web]\ncommand = 'x'\nneds = []",
            "statusquo.toml: services.web: 'neds' is no key here. Did you mean 'needs'?",
        ),
        (
            "[services.web]\nkind = 'postgras'",
            "statusquo.toml: services.web.kind: 'postgras' is no kind of service here. Did you mean 'postgres'?",
        ),
        (
            "[services.web]\ncwd = '.'",
            "statusquo.toml: services.web.command is missing. [services.web] cannot do without it.",
        ),
        (
            f"{GOOD}[rewind]\nbusy = 'cancle'",
            "statusquo.toml: rewind.busy is 'cancle'. Input should be 'wait', 'cancel' or 'terminate'.",
        ),
        (
            f"{GOOD}[rewind]\non_ddl = 'copy'",
            "statusquo.toml: rewind.on_ddl is 'copy'. Input should be 'swap' or 'fail'.",
        ),
        (
            "[services.web]\ncommand = 'x'\nwithin = '60s'",
            "statusquo.toml: services.web.within is '60s'. Input should be a valid number.",
        ),
        (
            "[services.web]\ncommand = 'x'\nneeds = ['bd']\n[services.db]\nkind = 'postgres'",
            "statusquo.toml: services.web.needs: 'bd' is no service or folder here. Did you mean 'db'?",
        ),
        (
            "[services.a]\ncommand = 'x'\nneeds = ['b']\n[services.b]\ncommand = 'x'\nneeds = ['a']",
            (
                "statusquo.toml: services.a.needs: a needs b needs a: none of them can start first. "
                "Take one of these needs away."
            ),
        ),
        (
            "[services.web]\ncommand = 'x {prt}'",
            "statusquo.toml: services.web.command: 'prt' is no placeholder here. Did you mean 'port'?",
        ),
        (
            "[services.web]\ncommand = 'x'\nenv = { URL = '{db.ulr}' }\n[services.db]\nkind = 'postgres'",
            "statusquo.toml: services.web.env.URL: 'db.ulr' is no placeholder here. Did you mean 'db.url'?",
        ),
        (
            "[services.web]\ncommand = 'x'\nenv = { URL = '{dbb.url}' }\n[services.db]\nkind = 'postgres'",
            "statusquo.toml: services.web.env.URL: 'dbb' is no service or folder here. Did you mean 'db'?",
        ),
        (
            "[services.web]\ncommand = 'x {port}'\nport = false",
            (
                "statusquo.toml: services.web.command: {port} is asked for, but services.web.port is false. "
                "Take 'port = false' away."
            ),
        ),
        (
            "[services.web]\ncommand = 'x'\ncwd = 'nowhere'",
            "statusquo.toml: services.web.cwd: there is no folder {folder}/nowhere.",
        ),
        (
            "[services.web]\ncommand = 'x'\nready = { htp = '/' }",
            "statusquo.toml: services.web.ready: 'htp' is no kind of probe here. Did you mean 'http'?",
        ),
        (
            "[services.web]\ncommand = 'x'\nport = false\nready = { http = '/' }",
            (
                "statusquo.toml: services.web.ready: the service has no port to ask. "
                "Probe it with a command, sql or redis, or take 'port = false' away."
            ),
        ),
        (
            "[services.web]\ncommand = 'x'\n[stores.wep]\nkeep = []",
            "statusquo.toml: stores.wep: 'wep' is no store, nor a service that has one, here. There are none.",
        ),
        (
            "[services.web]\ncommand = 'x'\n[stores.web]\nkind = 'files'",
            (
                "statusquo.toml: stores.web: there is a service of that name already. "
                "Services and folders share one name space; rename one of them."
            ),
        ),
        (
            "[services.Web]\ncommand = 'x'",
            (
                "statusquo.toml: services.Web: 'Web' cannot be a name. "
                "Names are lower-case letters, digits, '-' and '_', and not one of port, project."
            ),
        ),
        (
            "[services.db]\nkind = 'postgres'\n[baseline]\nrecipe = ['migrate']",
            "statusquo.toml: baseline.as: '' is no service with a command here. There are none.",
        ),
        (
            "[services.web]\ncommand = 'x'\n[baseline]\nrecipe = [{ unpack = 'm.tar', into = 'media' }]",
            "statusquo.toml: baseline.recipe[0]: there is no file {folder}/m.tar.",
        ),
        (
            "[services.db]\nkind = 'postgres'\n[baseline]\nrecipe = [{ load = 'data.json' }]",
            "statusquo.toml: baseline.recipe[0]: there are no test data at {folder}/data.json.",
        ),
        (
            "[services.web]\ncomand = 'x'",
            "statusquo.toml: services.web: 'comand' is no key here. Did you mean 'command'?",
        ),
        (
            "[services.web]\ncommand = 5",
            (
                "statusquo.toml: services.web.command is 5. "
                "A command is a string or a list of strings, the program first."
            ),
        ),
        (
            "[services.web]\ncommand = ''",
            (
                "statusquo.toml: services.web.command is ''. "
                "A command is a string or a list of strings, the program first."
            ),
        ),
        (
            "[services.web]\ncommand = ['x', 5]",
            "statusquo.toml: services.web.command.1 is 5. Input should be a valid string.",
        ),
        (
            "[services.web]\ncommand = 'x'\nenv = { DEBUG = 1 }",
            "statusquo.toml: services.web.env.DEBUG is 1. Input should be a valid string.",
        ),
        (
            "[services.web]\ncommand = 'x'\nport = true",
            "statusquo.toml: services.web.port is true. Input should be a valid integer.",
        ),
        (
            "[services.web]\ncommand = 'x'\nready = '/health/'",
            (
                "statusquo.toml: services.web.ready is '/health/'. "
                'A probe is a table such as { http = "/health/" }; there may be a list of them.'
            ),
        ),
        (
            "[services.db]\nkind = 'postgres'\nversion = '15'",
            'statusquo.toml: services.db.version is \'15\'. A version is a comparison such as ">=15" or "==17.*".',
        ),
        (
            "[services.db]\nkind = 'postgres'\ndatabase = 'postgres'",
            (
                "statusquo.toml: services.db.database is 'postgres'. "
                "A database has a name of 1 to 54 bytes, and not postgres, template0, template1."
            ),
        ),
        (
            '[services.web]\ncommand = "x"\n[baseline]\nrecipe = ["x \'y"]',
            'statusquo.toml: baseline.recipe[0] is "x \'y". No closing quotation.',
        ),
        (
            "[services.web]\ncommand = 'x'\n[baseline]\nrecipe = ['']",
            "statusquo.toml: baseline.recipe[0] is an empty command. Take it away, or name a program.",
        ),
        (
            "[services.web]\ncommand = 'x'\n[baseline]\nas = 'wbe'",
            "statusquo.toml: baseline.as: 'wbe' is no service with a command here. Did you mean 'web'?",
        ),
        (
            "[services.web]\ncommand = 'x'\n[baseline]\nwatch = ['/data/*']",
            "statusquo.toml: baseline.watch.0 is '/data/*'. A pattern is relative to the folder of this file.",
        ),
        (
            "[services.web]\ncommand = 'x'\n[baseline]\nwatch = ['a', '']",
            "statusquo.toml: baseline.watch.1 is ''. An empty pattern names no file.",
        ),
        (
            "[services.web]\ncommand = 'x'\n[api]\nservice = 'wbe'",
            "statusquo.toml: api.service: 'wbe' is no command service here. Did you mean 'web'?",
        ),
        (
            "[services.web]\ncommand = 'x'\n[api]\nservice = 'web'\nauth = 'token'",
            (
                'statusquo.toml: api.login is missing: auth = "token" needs the path that gives tokens. '
                'For example: login = "/api/auth/login/"'
            ),
        ),
        (
            "[services.web]\ncommand = 'x'\n[stack]\nstart = ['wbe']",
            "statusquo.toml: stack.start: 'wbe' is no service or folder here. Did you mean 'web'?",
        ),
        (
            "[services.web]\ncommand = 'x'\n[variants.fast]\nenv.wbe = { A = '1' }",
            "statusquo.toml: variants.fast.env: 'wbe' is no command service here. Did you mean 'web'?",
        ),
        (
            "[services.web]\ncommand = 'x'\n[variants.fast]\nenv.web = { A = '{prt}' }",
            "statusquo.toml: variants.fast.env.web.A: 'prt' is no placeholder here. Did you mean 'port'?",
        ),
        (
            "[services.web]\ncommand = 'x'\n[variants.fast]\nevn.web = { A = '1' }",
            "statusquo.toml: variants.fast: 'evn' is no key here. Did you mean 'env'?",
        ),
        (
            "[services.web]\ncommand = 'x'\n[variants.'one job']\nenv.web = { A = '1' }",
            (
                "statusquo.toml: variants.one job: 'one job' cannot be a name. "
                "Names are lower-case letters, digits, '-' and '_'."
            ),
        ),
        (
            "[services.web]\ncommand = 'x'\n[prerequisites.user]\nhttp = '/'",
            "statusquo.toml: prerequisites.user.hint is missing. [prerequisites.user] cannot do without it.",
        ),
        (
            "[services.web]\ncommand = 'x'\n[prerequisites.user]\nhtpp = '/'\nhint = 'Make one.'",
            "statusquo.toml: prerequisites.user: 'htpp' is no kind of probe here. Did you mean 'http'?",
        ),
        (
            "[services.web]\ncommand = 'x'\n[prerequisites.user]\nhttp = '/'\non = 'wbe'\nhint = 'Make one.'",
            "statusquo.toml: prerequisites.user.on: 'wbe' is no service here. Did you mean 'web'?",
        ),
        (
            "[services.web]\ncommand = 'x'\n[prerequisites.user]\nsql = 'SELECT 1'\non = 'web'\nhint = 'Make one.'",
            "statusquo.toml: prerequisites.user.on: 'web' is no postgres service here. There are none.",
        ),
        (
            "[services.web]\ncommand = 'x'\n[prerequisites.user]\ncommand = 'ask {pot}'\nhint = 'Make one.'",
            "statusquo.toml: prerequisites.user.command: 'pot' is no placeholder here. Did you mean 'port'?",
        ),
    ],
)
def test_a_wrong_file_is_refused_with_what_where_and_next(tmp_path: Path, text: str, message: str) -> None:
    expected = message.replace("{path}", str(tmp_path / "statusquo.toml")).replace("{folder}", str(tmp_path))
    assert refuse(tmp_path, text) == expected


def test_a_missing_file_says_where_it_was_looked_for_and_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^No statusquo.toml .*'statusquo init' writes a commented starter file\.$"):
        config.find(tmp_path)
