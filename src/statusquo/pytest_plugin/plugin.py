"""What pytest loads in every run: option, mark, fixtures, and the question whether any test needs the stack.

Nothing but pytest is imported here. The first need imports ``session`` and registers ``hooks``; a run without a need
pays for one look at the fixture names of each test.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import httpx

    from statusquo.assets.labelled import Labelled
    from statusquo.pytest_plugin.api import Api
    from statusquo.pytest_plugin.facade import Stack
    from statusquo.pytest_plugin.run import Run
    from statusquo.pytest_plugin.session import StackSession

RUN = "_statusquo"
"""The fixture that everything else here stands on: a test with it in its closure needs the stack."""
SUMMARY = pytest.StashKey[list[str]]()
EXIT = pytest.StashKey[int]()
"""What a worker of pytest-xdist would end the run with: its verification found something."""
END = pytest.StashKey[int]()
"""What a worker of pytest-xdist ended the run with: no more tests could be run."""
_SESSION = pytest.StashKey["StackSession"]()
_MARKS = (
    (
        'rewind(scope): put the stack back at the end of the "class" or the "module", '
        'instead of after each test ("function", the default).'
    ),
    (
        'needs_services(name, ...): of the stack, start these services, that of the fixture "api", and all they need; '
        "tests without this mark need those of [stack] start."
    ),
    "variant(name): run in this variant of the stack, which [variants.NAME] describes; each is entered once.",
    'integration: uses the stack. Every test that does has this mark: -m "not integration" runs the others.',
)
_VERBS = {
    "--start-services": "Start the stack, leave it running and exit: later runs use it as it is. Runs no tests.",
    "--stop-services": "Stop the stack that was left running, remove its data and exit.",
    "--cleanup": "Stop the stack, remove all that is kept between runs (baselines, logs) and exit.",
    "--dumpdb": "Write the data of the running stack to assets.dataset, or by baseline.dump, and exit.",
    "--rebuild": "Build the baseline anew, even if it is kept already; then run the tests, or start the services.",
    "--no-run-services": "Start nothing: use the stack that was left running, as it is, or fail.",
}
_ASKING = ("needs_services", "variant")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add our options."""
    group = parser.getgroup("statusquo", "a real stack, put back after each test (statusquo)")
    group.addoption(
        "--statusquo-config",
        metavar="PATH",
        help="The configuration of the stack. Default: the nearest statusquo.toml, or pyproject.toml with a "
        "[tool.statusquo], from the rootdir upwards. If the stack cannot start, pytest exits with 2 (configuration), "
        "3 (a program is missing), 4 (a service failed), 5 (a recipe failed), 6 (a store failed), 7 (not ours to "
        "touch), 9 (a prerequisite does not hold) or 1 (anything else). Which tests have the stack: those that use the "
        "fixtures stack or api, or have the mark needs_services or variant.",
    )
    group.addoption(
        "--verify",
        choices=("always", "dirty", "sample", "end"),
        help="Read everything that the stores hold, past the stores, and compare it with the baseline: after every "
        "rewind (always), after those that put something back (dirty), after one in ten (sample), or once when all "
        "tests are done (end). A difference fails the test, or at the end the run with exit code 6. Default: never.",
    )

    for verb, meaning in _VERBS.items():
        group.addoption(verb, action="store_true", help=meaning)
    group.addoption("--platform", choices=("native", "compose", "external"), help="Instead of stack.platform.")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Do what is asked for instead of running tests, before anything is collected."""
    is_asked = any(config.getoption(verb) for verb in _VERBS)
    if not is_asked or config.option.help or hasattr(config, "workerinput"):  # a worker of xdist has its options too
        return None
    from statusquo.pytest_plugin import verbs  # noqa: PLC0415 - a run without a need must not pay for it

    verbs.check(config)
    return verbs.run(config, say=print)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks."""
    for mark in _MARKS:
        config.addinivalue_line("markers", mark)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, items: list[pytest.Item]) -> Generator[None]:
    """Mark the tests that use the stack before others select by mark; have those that are left rewound."""
    users = [item for item in items if is_user(item)]
    if not users:
        yield
        return
    from statusquo.pytest_plugin import selection  # noqa: PLC0415 - a run without a need must not pay for it

    selection.mark(users, session.config)
    if any(is_asking(item) for item in users):
        from statusquo.pytest_plugin import needs  # noqa: PLC0415 - as above

        with selection.refusing(session):
            needs.sort(items)  # before pytest-split cuts the list into shards
    yield
    with selection.refusing(session):
        selection.prepare([item for item in items if is_user(item)])


@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Hold what tests ask for against the configuration; have each variant entered once, even after ``--ff``."""
    if any(is_asking(item) for item in session.items):
        from statusquo.pytest_plugin import needs, selection  # noqa: PLC0415 - a run without a need must not pay for it

        with selection.refusing(session):
            needs.sort(session.items)
            needs.check_all([item for item in session.items if is_user(item)], session.config)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Start the stack before the first test, if any test needs it and any will run."""
    option = session.config.option
    will_run = not (option.collectonly or getattr(option, "setupplan", False))
    is_sound = not session.testsfailed or option.continue_on_collection_errors
    users = [item for item in session.items if is_user(item)]
    if will_run and is_sound and users:
        activate(session.config).start_or_exit(users)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """Take over the summary of a worker of pytest-xdist, and what its verification found."""
    output = getattr(node, "workeroutput", {})
    config: pytest.Config = getattr(node, "config")  # noqa: B009 - xdist is optional, so its type is not known
    config.stash.setdefault(SUMMARY, []).extend(output.get("statusquo", []))
    config.stash[EXIT] = output.get("statusquo_exit", 0) or config.stash.get(EXIT, 0)
    config.stash[END] = output.get("statusquo_end", 0) or config.stash.get(END, 0)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """End a run with pytest-xdist as its workers would."""
    end, wrong = session.config.stash.get(END, 0), session.config.stash.get(EXIT, 0)
    if end or (wrong and session.exitstatus == pytest.ExitCode.OK):
        session.exitstatus = end or wrong


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print what rewinding did and cost."""
    lines = config.stash.get(SUMMARY, [])
    if lines:
        terminalreporter.write_sep("-", "statusquo")
        terminalreporter.write_line("\n".join(lines))


def is_user(item: pytest.Item) -> bool:
    """True when a test has the stack in the closure of its fixtures, or says what it needs of it."""
    return RUN in getattr(item, "fixturenames", ()) or is_asking(item)


def is_asking(item: pytest.Item) -> bool:
    """True when the marks of a test say which services or variant it needs."""
    return hasattr(item, "fixturenames") and any(item.get_closest_marker(mark) for mark in _ASKING)


def activate(config: pytest.Config) -> StackSession:
    """The one session of this run; the first call makes it and registers its hooks."""
    known = config.stash.get(_SESSION, None)
    if known is not None:
        return known
    from statusquo.pytest_plugin import hooks, session  # noqa: PLC0415 - a run without a need must not pay for it

    made = config.stash[_SESSION] = session.StackSession(config)
    config.pluginmanager.register(hooks.Hooks(made), "statusquo-hooks")
    return made


@pytest.fixture(scope="session")
def _statusquo(pytestconfig: pytest.Config) -> Run:
    return activate(pytestconfig).start_or_fail()


@pytest.fixture
def _statusquo_rewind_function(_statusquo: Run, request: pytest.FixtureRequest) -> Iterator[None]:
    with _statusquo.rewinding("function", request.node.nodeid):
        yield


@pytest.fixture(scope="class")
def _statusquo_rewind_class(_statusquo: Run, request: pytest.FixtureRequest) -> Iterator[None]:
    with _statusquo.rewinding("class", request.node.nodeid):
        yield


@pytest.fixture(scope="module")
def _statusquo_rewind_module(_statusquo: Run, request: pytest.FixtureRequest) -> Iterator[None]:
    with _statusquo.rewinding("module", request.node.nodeid):
        yield


@pytest.fixture(scope="session")
def stack(_statusquo: Run) -> Stack:
    """The running stack: where its services answer, their logs, its stores; put back after each test."""
    return _statusquo.stack


@pytest.fixture(scope="session")
def labelled(pytestconfig: pytest.Config) -> Labelled:
    """The rows of assets.dataset that have labels: ``labelled["shop.user", "admin1"].pk``. Starts nothing."""
    from statusquo.pytest_plugin import project  # noqa: PLC0415 - a run without a need must not pay for it

    return project.labelled(pytestconfig)


@pytest.fixture(scope="session")
def api_auth(_statusquo: Run) -> Callable[[str], httpx.Auth]:
    """From the name of a user to how its requests prove it; redefine it to enter the system in a way of your own."""
    return _statusquo.api_auth()


@pytest.fixture(scope="session")
def api(_statusquo: Run, api_auth: Callable[[str], httpx.Auth]) -> Iterator[Api]:
    """A client of the service that [api] names: anonymous; ``api.as_user(name)`` is somebody."""
    with _statusquo.open_api(api_auth) as client:
        yield client
