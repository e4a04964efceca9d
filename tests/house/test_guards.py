"""The guards of tests/conftest.py really fail a test that offends them."""

from __future__ import annotations

from pathlib import Path

import pytest

CONFTEST = Path(__file__).resolve().parents[1] / "conftest.py"
OFFENCES = {
    "network": (
        "import socket\ndef test():\n    socket.create_connection(('192.0.2.1', 80), timeout=1)\n",
        {"failed": 1},
        "tried to use the network",
    ),
    "skip": (
        "import pytest\ndef test():\n    pytest.skip('not today')\n",
        {"failed": 1},
        "skipped without the marker may_skip",
    ),
    "allowed skip": (
        "import pytest\n@pytest.mark.may_skip\ndef test():\n    pytest.skip('not here')\n",
        {"skipped": 1},
        "not here",
    ),
    "window": (
        "from PySide6.QtWidgets import QWidget\n"
        "def test(qtbot):\n    global window\n    window = QWidget()\n    window.show()\n",
        {"passed": 1, "errors": 1},
        "windows left open",
    ),
    "thread": (
        "import threading\ndef test():\n    threading.Timer(8, print).start()\n",
        {"passed": 1, "errors": 1},
        "threads left running",
    ),
    "nothing": (
        "from PySide6.QtWidgets import QWidget\n"
        "def test(qtbot):\n    window = QWidget()\n    qtbot.addWidget(window)\n    window.show()\n",
        {"passed": 1},
        "1 passed",
    ),
}


@pytest.mark.parametrize("offence", OFFENCES)
def test_guard(offence: str, pytester: pytest.Pytester) -> None:
    source, outcomes, word = OFFENCES[offence]
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8"))
    pytester.makeini("[pytest]\nmarkers =\n    may_skip: allowed\n")
    pytester.makepyfile(source)
    result = pytester.runpytest_subprocess("-rs")
    result.assert_outcomes(**outcomes)
    assert word in result.stdout.str()
