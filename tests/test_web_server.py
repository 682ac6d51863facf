from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from visits import make
from whence.errors import BadInput, DatabaseError, WhenceError
from whence.web import serve, site

SOURCES = Path(__file__).resolve().parents[1] / "src"


def refuse(said: str) -> None:
    pytest.fail(f"it served: {said}")


def test_a_port_that_is_taken_is_told_in_a_sentence(tmp_path: Path) -> None:
    path = make(tmp_path / "talks.db")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(WhenceError, match=f"Port {port} of 127.0.0.1 is taken") as told:
            serve(path, port=port, announce=refuse)
    assert "--port" in told.value.hint


@pytest.mark.parametrize(("host", "port"), [("no.such.host.invalid", 0), ("127.0.0.1", 70_000), ("127.0.0.1", -1)])
def test_a_host_or_port_that_is_none_is_told_in_a_sentence(tmp_path: Path, host: str, port: int) -> None:
    with pytest.raises(BadInput, match="There is no host"):
        serve(make(tmp_path / "talks.db"), host=host, port=port, announce=refuse)


def test_a_file_that_is_no_store_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="There is no store at"):
        serve(tmp_path / "none.db", port=0, announce=refuse)


def test_a_file_may_have_any_name(tmp_path: Path) -> None:
    for name in ("case #3?.db", "event.db", "_odd.db", "fall 50%.db"):
        datasette = site(make(tmp_path / name))
        database = next(one for one in datasette.databases.values() if not one.name.startswith("_"))
        assert database.name not in ("event", "_odd")
        connection = database.connect()
        assert connection.execute("SELECT count(*) FROM event").fetchone()[0] > 50
        database.close()
        datasette.executor.shutdown()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_address_is_printed_once_it_answers_and_a_signal_ends_it_cleanly(tmp_path: Path, ending: int) -> None:
    path = make(tmp_path / "talks.db")
    program = f"from whence.web import serve; serve({str(path)!r}, port=0); print('ended')"
    with subprocess.Popen(
        [sys.executable, "-u", "-c", program],
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            address = line.split(" at ")[1].split()[0]
            with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own address
                assert b"Every fact, and where it came from" in answer.read()
            began = time.monotonic()
            process.send_signal(ending)
            said, complained = process.communicate(timeout=10)
        finally:
            process.kill()
    assert complained == ""
    assert time.monotonic() - began < 5
    if ending == signal.SIGINT:
        assert said == "ended\n"
        assert process.returncode == 0
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(address, timeout=2)  # noqa: S310
