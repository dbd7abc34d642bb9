"""Our own PostgreSQL: what it survives, and what it says when it cannot start."""

import multiprocessing
import os
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from luckychit.core import data_folder, embedded_postgres, postgres_programs
from luckychit.core.data_folder import AlreadyRunning, DataFolderUnusable, DiskFull
from luckychit.core.errors import LuckyChitError

NOBODY = 65534
fork = multiprocessing.get_context("fork")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")


@pytest.fixture
def folder(scratch: Path) -> Iterator[Path]:
    """Return a data folder; a server that a test leaves running on it is stopped."""
    data = scratch / "data"
    yield data
    postmaster = postgres_programs.serving_process(data / "postgres")
    if postmaster is not None:
        postmaster.send_signal(signal.SIGQUIT)
        psutil.wait_procs([postmaster], timeout=5)


def rows_of(server: embedded_postgres.EmbeddedPostgres) -> list[int]:
    with psycopg.connect(server.url()) as connection:
        return [row[0] for row in connection.execute("SELECT n FROM kept ORDER BY n")]


def keep(server: embedded_postgres.EmbeddedPostgres, number: int) -> None:
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        connection.execute("INSERT INTO kept VALUES (%s)", [number])


def start(folder: Path) -> embedded_postgres.EmbeddedPostgres:
    return embedded_postgres.start(folder, durable=False)


def is_gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def in_child(act: Callable[[], None]) -> int:
    """Run ``act`` in a process of its own; return its exit code."""
    child = fork.Process(target=act)
    child.start()
    child.join(60)
    return child.exitcode


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[Path]:
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], check=False
    )
    if made.returncode != 0:
        pytest.skip("this machine does not let us make a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


class TestStart:
    def test_makes_starts_and_stops_a_server_that_listens_on_no_port(self, folder):
        server = start(folder)
        postmaster = postgres_programs.serving_process(server.cluster)
        listening = [c for c in postmaster.net_connections("inet") if c.status == "LISTEN"]
        assert listening == []
        assert stat.S_IMODE(server.socket_dir.stat().st_mode) == stat.S_IRWXU
        keep(server, 1)
        server.stop()
        assert not server.is_running()
        assert is_gone(postmaster)

    def test_keeps_what_was_written_when_started_again(self, folder):
        first = start(folder)
        keep(first, 1)
        first.stop()
        second = start(folder)
        assert rows_of(second) == [1]
        second.stop()

    def test_joins_a_running_server_which_the_last_one_out_stops(self, folder):
        app, command = start(folder), start(folder)
        command.stop()
        assert app.is_running()
        app.stop()
        assert not app.is_running()

    def test_uses_a_short_place_for_the_socket_when_the_path_is_long(self, folder):
        server = start(folder / ("long" * 25))
        assert server.socket_dir != server.cluster
        assert stat.S_IMODE(server.socket_dir.stat().st_mode) == stat.S_IRWXU
        keep(server, 1)
        server.stop()

    def test_begins_again_when_the_first_beginning_was_cut_short(self, folder):
        half_made = folder / "postgres.new"
        half_made.mkdir(parents=True)
        (half_made / "PG_VERSION").write_text("18\n")
        server = start(folder)
        keep(server, 1)
        server.stop()

    @needs_root
    def test_works_as_an_ordinary_user(self, scratch):
        ours = scratch / "ours"
        ours.mkdir()
        os.chown(ours, NOBODY, NOBODY)
        for parent in ours.parents:
            parent.chmod(stat.S_IMODE(parent.stat().st_mode) | stat.S_IXOTH)

        def act() -> None:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            server = start(ours / "data")
            keep(server, 1)
            assert stat.S_IMODE((ours / "data").stat().st_mode) == stat.S_IRWXU
            server.stop()

        assert in_child(act) == 0


class TestKills:
    def test_adopts_the_server_of_an_app_that_was_killed(self, folder):
        def act() -> None:
            keep(start(folder), 1)
            os.kill(os.getpid(), signal.SIGKILL)

        assert in_child(act) == -signal.SIGKILL
        orphan = postgres_programs.serving_process(folder / "postgres")
        assert orphan is not None
        server = start(folder)
        assert postgres_programs.serving_process(server.cluster) == orphan
        assert rows_of(server) == [1]
        server.stop()
        assert is_gone(orphan)

    def test_recovers_a_server_that_was_killed(self, folder):
        first = start(folder)
        keep(first, 1)
        postgres_programs.serving_process(first.cluster).kill()
        second = start(folder)
        assert rows_of(second) == [1]
        first.stop()
        second.stop()

    def test_revives_it_under_a_running_app(self, folder):
        server = start(folder)
        keep(server, 1)
        postgres_programs.serving_process(server.cluster).kill()
        while server.is_running():
            time.sleep(0.01)
        server.revive()
        assert rows_of(server) == [1]
        server.stop()

    def test_is_not_fooled_by_a_number_that_another_program_has_now(self, folder):
        start(folder).stop()
        pid_file = folder / "postgres" / "postmaster.pid"
        pid_file.write_text(f"{os.getpid()}\n{folder / 'postgres'}\n1\n5432\n/nowhere\n\n")
        server = start(folder)
        keep(server, 1)
        server.stop()


class TestRefusals:
    def refusal(self, folder: Path) -> LuckyChitError:
        with pytest.raises(LuckyChitError) as caught:
            start(folder)
        assert str(folder) in caught.value.message or "PostgreSQL" in caught.value.message
        return caught.value

    def test_says_when_a_file_stands_where_the_folder_belongs(self, scratch):
        (scratch / "data").write_text("a file")
        assert isinstance(self.refusal(scratch / "data"), DataFolderUnusable)

    def test_says_when_the_folder_holds_something_else(self, folder):
        (folder / "postgres").mkdir(parents=True)
        (folder / "postgres" / "holiday.jpg").write_text("")
        assert "not a PostgreSQL folder" in self.refusal(folder).message

    def test_says_when_another_version_made_it(self, folder):
        start(folder).stop()
        (folder / "postgres" / "PG_VERSION").write_text("16\n")
        assert "made by PostgreSQL 16" in self.refusal(folder).message

    @needs_root
    def test_says_when_the_folder_may_not_be_written(self, scratch):
        (scratch / "locked").mkdir(mode=0o755)

        def act() -> None:
            os.setuid(NOBODY)
            try:
                start(scratch / "locked" / "data")
            except DataFolderUnusable as refusal:
                assert "permission denied" in refusal.message  # noqa: PT017 - in a child process
                os._exit(7)

        assert in_child(act) == 7

    def test_says_when_another_copy_runs_on_the_folder(self, scratch):
        with (
            data_folder.claimed(scratch),
            pytest.raises(AlreadyRunning, match="already_running") as caught,
            data_folder.claimed(scratch),
        ):
            pass
        assert f"process {os.getpid()}" in caught.value.message

    def test_gives_the_reason_that_postgresql_gives(self, folder):
        start(folder).stop()
        with (folder / "postgres" / "postgresql.conf").open("a") as file:
            file.write("shared_buffers = nonsense\n")
        assert "did not start" in self.refusal(folder).message


@needs_root
class TestFullDisk:
    def test_is_said_before_anything_is_made(self, scratch):
        with small_disk(scratch / "disk", "8m") as disk:
            with pytest.raises(DiskFull) as caught:
                start(disk / "data")
            assert "200 MB are needed" in caught.value.message
            assert not (disk / "data" / "postgres").exists()

    def test_is_said_when_it_fills_while_the_server_is_made(self, scratch, monkeypatch):
        monkeypatch.setattr(embedded_postgres, "ROOM_FOR_NEW_MB", 0)
        monkeypatch.setattr(embedded_postgres, "ROOM_TO_START_MB", 0)
        with small_disk(scratch / "disk", "20m") as disk:
            with pytest.raises(DiskFull):
                start(disk / "data")
            assert not (disk / "data" / "postgres.new").exists()

    def test_is_said_when_it_is_full_at_the_next_start(self, scratch, monkeypatch):
        with small_disk(scratch / "disk", "260m") as disk:
            server = start(disk / "data")
            keep(server, 1)
            server.stop()
            filler = disk / "filler"
            filler.write_bytes(b"\0" * (data_folder.free_mb(disk) - 20) * data_folder.MEGABYTE)
            with pytest.raises(DiskFull):
                start(disk / "data")
            monkeypatch.setattr(embedded_postgres, "ROOM_TO_START_MB", 0)
            with suppress(OSError), filler.open("ab", buffering=0) as file:
                while True:
                    file.write(b"\0" * 4096)
            with pytest.raises(DiskFull):
                start(disk / "data")
            filler.unlink()
            server = start(disk / "data")
            assert rows_of(server) == [1]
            server.stop()
