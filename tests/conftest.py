"""What every test shares: its own settings and cache, no network, no window left behind, the real atlas."""

from __future__ import annotations

import gc
import os
import socket
import threading
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before anything loads Qt

if TYPE_CHECKING:
    from lodeway.model.atlas import Atlas

_PASSED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether the test passed; an unexpected skip is a failure, because a skipped check proves nothing."""
    report = yield
    if report.when == "call":
        item.stash[_PASSED] = report.passed
    if report.skipped and not hasattr(report, "wasxfail") and item.get_closest_marker("may_skip") is None:
        report.outcome = "failed"
        report.longrepr = f"skipped without the marker may_skip: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def own_settings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, caches and the home folder of this test alone; returns the folder that holds them."""
    from PySide6.QtCore import QSettings, QStandardPaths

    home = tmp_path_factory.mktemp("home")
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "LOCALAPPDATA", "APPDATA"):
        monkeypatch.setenv(name, str(home / name.lower()))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("LODEWAY_CACHE", str(home / "cache" / "lodeway"))
    monkeypatch.setenv("LODEWAY_SETTINGS", str(home / "settings"))
    for form in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        QSettings.setPath(form, QSettings.Scope.UserScope, str(home / "settings"))
    QStandardPaths.setTestModeEnabled(True)
    return home


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any connection that leaves this machine is an error: the program and its tests work offline."""

    def refuse(*arguments: object, **_: object) -> None:
        raise AssertionError(f"a test tried to use the network: {arguments[1:]}")

    def guarded(original: object) -> object:
        def connect(self: socket.socket, address: object) -> object:
            local = isinstance(address, tuple) and address[0] in ("127.0.0.1", "::1", "localhost")
            if self.family in (socket.AF_INET, socket.AF_INET6) and not local:
                refuse(self, address)
            return original(self, address)  # type: ignore[operator]

        return connect

    monkeypatch.setattr(socket.socket, "connect", guarded(socket.socket.connect))
    monkeypatch.setattr(socket.socket, "connect_ex", guarded(socket.socket.connect_ex))
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture(autouse=True)
def nothing_left_alive(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a GUI test that passed: no new top-level widget, no running QThread or pool job, no new thread."""
    threads = set(threading.enumerate())
    if "qapp" not in request.fixturenames:
        yield
    else:
        from PySide6.QtCore import QCoreApplication, QEvent, QThread, QThreadPool
        from PySide6.QtWidgets import QApplication

        request.getfixturevalue("qapp")
        before = set(map(id, QApplication.topLevelWidgets()))
        yield
        if not request.node.stash.get(_PASSED, False):
            return
        QThreadPool.globalInstance().waitForDone(5_000)
        for _ in range(3):
            gc.collect()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            QCoreApplication.processEvents()
        widgets = [w for w in QApplication.topLevelWidgets() if id(w) not in before and w.isVisible()]
        assert not widgets, f"windows left open: {widgets}"
        running = [o for o in gc.get_objects() if issubclass(type(o), QThread) and o.isRunning()]
        main_thread = QCoreApplication.instance().thread()  # type: ignore[union-attr]
        assert all(thread is main_thread for thread in running), f"QThreads left running: {running}"
    if request.node.stash.get(_PASSED, False):
        left = [t for t in threading.enumerate() if t not in threads and t.is_alive() and not t.daemon]
        for thread in left:
            thread.join(5)
        assert not [t for t in left if t.is_alive()], f"threads left running: {left}"


@pytest.fixture(scope="session")
def real_atlas() -> Atlas:
    """The shipped atlas, read once."""
    from lodeway.atlas.reader import load_atlas

    return load_atlas()
