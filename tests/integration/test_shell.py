"""tarn query on a terminal: a shell with history, completion and Ctrl-C."""

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import stat
import struct
import subprocess
import termios
import time

import pytest

DEADLINE_S = 60
# Ten thousand million rows: ended by Ctrl-C alone.
ENDLESS = (
    "SELECT sum(a * b) FROM (SELECT explode(sequence(1, 100000)) AS a) CROSS JOIN (SELECT explode(sequence(1, 100000)) AS b)"
)


class Shell:
    """A shell in a terminal of its own. What is typed is answered before one types on: see `expect`."""

    def __init__(self, tarn, folder, *args, **environment):
        self.ours, its = pty.openpty()
        fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 100, 0, 0))
        home = folder / "home"
        home.mkdir(exist_ok=True)
        known = {name: value for name, value in os.environ.items() if name not in ("XDG_STATE_HOME", "NO_COLOR", "EDITRC")}

        # The first terminal that a session's first process opens is its own: Ctrl-C there is for this process.
        command = ["sh", "-c", 'exec "$0" "$@" <>"$TERMINAL"', tarn.path, "query", *map(str, args)]
        self.process = subprocess.Popen(
            command, cwd=folder, stdin=its, stdout=its, stderr=its, start_new_session=True,
            env={**known, "HOME": str(home), "TERM": "xterm", "TERMINAL": os.ttyname(its), **environment})  # fmt: skip
        os.close(its)
        self.printed = ""
        self.expect("tarn> ")

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        os.close(self.ours)

    def expect(self, text):
        """Wait for `text`; what was printed up to its end since the last time."""
        deadline = time.monotonic() + DEADLINE_S
        while text not in self.printed:
            ready = select.select([self.ours], [], [], max(0, deadline - time.monotonic()))[0]
            assert ready, f"no {text!r} in {self.printed!r}"
            try:
                piece = os.read(self.ours, 1 << 16)
            except OSError:  # EIO: the shell has ended
                piece = b""
            assert piece, f"the shell has ended, and no {text!r} in {self.printed!r}"
            self.printed += piece.decode(errors="replace")
        end = self.printed.index(text) + len(text)
        seen, self.printed = self.printed[:end], self.printed[end:]
        return seen

    def press(self, keys):
        os.write(self.ours, keys.encode())

    def type(self, line, answer="tarn> "):
        """Type a line, and wait for the next prompt."""
        self.press(line + "\r")
        self.expect("\r\n")
        return self.expect(answer)

    def wait_until_busy(self):
        """Wait until the shell has computed for a while: a query runs."""

        def ticks():
            with open(f"/proc/{self.process.pid}/stat") as status:
                return sum(map(int, status.read().rsplit(")", 1)[1].split()[11:13]))

        begin, deadline = ticks(), time.monotonic() + DEADLINE_S
        while ticks() < begin + 30:
            assert time.monotonic() < deadline, "nothing is computed"
            time.sleep(0.05)

    def end(self, keys="\x04"):
        """End the shell. Keys that come between two lines are lost, as in other shells: they are pressed again."""
        deadline = time.monotonic() + DEADLINE_S
        while self.process.poll() is None and time.monotonic() < deadline:
            self.press(keys)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(2)
        assert self.process.wait(0) == 0


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.json").write_text('{"id":1,"level":"free"}\n')
    (tmp_path / "tarn.toml").write_text(
        '[lake]\ninput = "raw"\noutput = "lake"\n[source.events]\npath = "*.json"\nschema = "id INT, level STRING"\n'
    )
    (tmp_path / "users.sql").write_text("SELECT id, level FROM events")
    return tmp_path


def test_statements_of_several_lines_and_errors(tarn, folder):
    with Shell(tarn, folder, NO_COLOR="1") as shell:
        shell.type("SELECT 'a;b' AS t,", answer=" ...> ")
        shown = shell.type("  2 AS n FROM users;")
        assert "t    n\r\na;b  2\r\n1 row in " in shown and "\x1b[1m" not in shown
        wrong = shell.type("SELECT nothing FROM users;")
        assert "query:1:8" in wrong and "       ^^^^^^^\r\n" in wrong
        assert "3\r\n1 row" in shell.type("SELECT 1 + 2 AS three;")
        assert "did you mean .tables?" in shell.type(".table")
        shell.end()


def test_colours_are_those_of_other_commands(tarn, folder):
    with Shell(tarn, folder) as shell:
        assert "\x1b[1;31merror:\x1b[0m" in shell.type("SELECT nothing;")
        shell.end(".quit\r")


def test_commands(tarn, folder):
    tarn("run", folder, "--quiet")
    with Shell(tarn, folder, "--format", "csv", NO_COLOR="1") as shell:
        assert "events  source\r\nusers   table\r\n" in shell.type(".tables")
        assert "id      INT\r\nlevel   STRING\r\n" in shell.type(".schema users")
        assert "id,level\r\n1,free\r\n" in shell.type("SELECT * FROM users;")
        shell.type(".mode ndjson")
        assert '{"id":1,"level":"free"}\r\n' in shell.type("SELECT * FROM users;")
        shell.end()


def test_tab_completes_names_and_paths(tarn, folder):
    with Shell(tarn, folder, NO_COLOR="1") as shell:
        shell.press("SELECT count(*) AS n FROM us\t")
        shell.expect("ers ")
        shell.press("WHERE id = 1 AND le\t")  # level, levenshtein, least, left, length …
        shell.expect("levenshtein(")
        shell.expect("tarn> SELECT")
        assert "n\r\n1\r\n" in shell.type("vel = 'free';")
        shell.press("SELECT level FROM read_json('ra\t")
        shell.expect("w/")
        shell.press("a\t")
        shell.expect(".json'")
        assert "level\r\nfree\r\n" in shell.type(");")
        shell.end()


def test_a_pasted_tab_is_a_tab(tarn, folder):
    with Shell(tarn, folder, NO_COLOR="1") as shell:
        shell.press("SELECT 'a\tb' AS t;\r")
        assert re.search(r"a(\\t|\t)b\r\n1 row", shell.expect(" in "))
        shell.expect("tarn> ")
        shell.end()


def test_history_of_two_shells(tarn, folder):
    with Shell(tarn, folder, NO_COLOR="1") as shell:
        shell.type("SELECT 'first'", answer=" ...> ")
        shell.type("  AS t;")
        shell.type("SELECT 'second' AS t;")
        shell.end()
    history = folder / "home" / ".local" / "state" / "tarn" / "history"
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    assert stat.S_IMODE(history.parent.stat().st_mode) == 0o700
    with Shell(tarn, folder, NO_COLOR="1") as shell:
        shell.press("\x1b[A")
        shell.expect("second")
        shell.press("\x1b[A")
        shell.expect("first")
        shell.press("\r")
        assert "t\r\nfirst\r\n1 row" in shell.expect(" in ")
        shell.expect("tarn> ")
        shell.end()
    with Shell(tarn, folder, NO_COLOR="1", XDG_STATE_HOME=str(folder / "state")) as shell:
        shell.end()
    assert (folder / "state" / "tarn" / "history").exists()


def test_no_history_where_none_can_be_written(tarn, folder):
    (folder / "state").write_text("not a folder")
    with Shell(tarn, folder, NO_COLOR="1", XDG_STATE_HOME=str(folder / "state")) as shell:
        assert "1\r\n1 row" in shell.type("SELECT 1 AS one;")
        shell.end()


def test_ctrl_c(tarn, folder):
    with Shell(tarn, folder, NO_COLOR="1") as shell:
        shell.type("SELECT 'open", answer=" ...> ")
        shell.press("more\x03")
        shell.expect("^C\r\ntarn> ")
        shell.press(ENDLESS + ";\r")
        shell.expect("\r\n")
        shell.wait_until_busy()
        shell.press("\x03")
        shell.expect("interrupted\r\n")
        shell.expect("tarn> ")
        assert "7\r\n1 row" in shell.type("SELECT 7 AS seven;")
        shell.end()


def test_standard_input_that_is_no_terminal_is_no_shell(tarn, folder):
    done = subprocess.run([tarn.path, "query", "--format", "csv"], input="SELECT 5 AS five;", capture_output=True, text=True, cwd=folder)
    assert (done.returncode, done.stdout) == (0, "five\n5\n")
