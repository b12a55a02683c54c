"""The stack's commands carry on after accidents, or say in a sentence what is wrong; they never show a traceback."""

import contextlib
import fcntl
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STACK = Path(os.environ.get("RVR_STACK_FOLDER") or ROOT / ".stack")
COMMAND = [shutil.which("python3"), str(ROOT / "stack" / "stack.py")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A stack folder of our own that shares the Python environment and Solr with the checkout's."""
    folder = tmp_path_factory.mktemp("stack")
    for shared in [STACK / "venv", *(path for path in STACK.glob("solr-*") if path.is_dir())]:
        (folder / shared.name).symlink_to(shared)
    yield folder
    stack(folder, "down", "accident")
    link = folder / "accident" / "postgres"
    if link.is_symlink():
        shutil.rmtree(link.resolve(), ignore_errors=True)


def environment(folder, **extra):
    values = {key: value for key, value in os.environ.items() if not key.startswith(("CKAN_", "RVR_"))}
    return {**values, "RVR_STACK_FOLDER": str(folder), "RVR_STACK_NO_INSTALL": "1", **extra}


def stack(folder, *arguments, **extra):
    done = subprocess.run(
        [*COMMAND, *arguments],
        env=environment(folder, **extra),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done


@contextlib.contextmanager
def listener(port=0):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        yield taken.getsockname()[1]


def ports(folder):
    return json.loads((folder / "accident" / "state.json").read_text(encoding="utf-8"))["ports"]


def tables(folder):
    """The tables of CKAN and the plugins, read through the instance's own settings."""
    program = "import os, psycopg2 as p; c = p.connect(os.environ['CKAN_SQLALCHEMY_URL']).cursor();"
    program += "c.execute('select tablename from pg_tables'); print(*[row[0] for row in c.fetchall()])"
    return set(stack(folder, "run", "accident", "python", "-c", program).stdout.split())


def test_a_taken_web_port_is_told_in_a_sentence(folder):
    with listener() as port:
        done = stack(folder, "demo", PORT=str(port))
    assert done.returncode == 1
    assert f"Port {port} is taken by another program" in done.stderr


def test_a_port_that_is_no_number_is_told_in_a_sentence(folder):
    done = stack(folder, "demo", PORT="web")
    assert (done.returncode, done.stderr.strip().splitlines()[-1][:12]) == (1, "PORT=web is ")


def test_missing_programs_are_told_with_the_command_that_installs_them(folder, tmp_path):
    (tmp_path / "python3").symlink_to(COMMAND[0])
    done = stack(folder, "up", "accident", PATH=str(tmp_path))
    assert done.returncode == 1
    assert "sudo apt-get install" in done.stderr
    assert "default-jre-headless" in done.stderr


@contextlib.contextmanager
def held(path):
    """A lock as another command holds it."""
    with open(path, "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def said_until(process, words):
    """What a command says up to the line with the words; everything, when it ends without them."""
    said = ""
    for line in process.stderr:
        said += line
        if words in line:
            break
    return said


@contextlib.contextmanager
def waiting(folder, *arguments, **extra):
    """A command that has come so far that it waits for another one; ended by force at the end."""
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        env=environment(folder, **extra),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        said = said_until(process, "waiting for another command")
        assert "waiting for another command" in said, said
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL) if process.poll() is None else None
        process.wait()
        process.stderr.close()


def test_a_command_that_waited_takes_the_passwords_of_the_one_that_made_the_instance(folder):
    home = folder / "accident"
    home.mkdir()
    names = ("postgres", "ckan", "datastore_read", "redis", "key", "api_token")
    secrets = {name: f"password-of-{name}-made-by-the-other" for name in names}
    with contextlib.ExitStack() as end:
        with held(folder / "accident.lock"):
            process = end.enter_context(waiting(folder, "up", "accident"))
            (home / "state.json").write_text(json.dumps({"secrets": secrets}), encoding="utf-8")
        # making the cluster takes seconds; a step that is quicker than a blink, like Redis at times, is not told
        said = said_until(process, "PostgreSQL")
        assert "✓ PostgreSQL" in said, f"it does not go on: {said}"
    assert json.loads((home / "state.json").read_text(encoding="utf-8"))["secrets"] == secrets
    assert f"ckan:{secrets['ckan']}@" in (home / "ckan.ini").read_text(encoding="utf-8")


def test_a_second_demo_waits_for_the_first(folder):
    with held(folder / "demo-start.lock"), waiting(folder, "demo", PORT="5999") as process:
        assert process.poll() is None
    assert not (folder / "demo").exists()


@pytest.mark.parametrize("seconds", [0.7, 3.0])
def test_it_carries_on_after_being_killed_half_way(folder, seconds):
    process = subprocess.Popen(
        [*COMMAND, "up", "accident"], env=environment(folder), stderr=subprocess.DEVNULL, start_new_session=True
    )
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    os.killpg(process.pid, signal.SIGKILL) if process.poll() is None else None
    process.wait()
    # what is checked is that the next test still gets everything up


def test_after_the_kills_everything_comes_up(folder):
    done = stack(folder, "up", "accident")
    assert done.returncode == 0, done.stderr
    assert {"package", "harvest_source", "activity"} <= tables(folder)


def test_a_second_start_does_nothing_again(folder):
    start = time.monotonic()
    done = stack(folder, "up", "accident")
    assert done.returncode == 0, done.stderr
    assert "database tables" not in done.stderr
    assert time.monotonic() - start < 15


def test_services_that_were_killed_come_up_again_with_their_data(folder):
    home = folder / "accident"
    for pid_file in (home / "postgres/data/postmaster.pid", home / "redis/pid", home / "solr/pid"):
        os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)
    done = stack(folder, "up", "accident")
    assert done.returncode == 0, done.stderr
    assert "package" in tables(folder)


def test_a_service_whose_port_was_taken_gets_another_one(folder):
    stack(folder, "down", "accident")
    old = ports(folder)["redis"]
    with listener(old):
        done = stack(folder, "up", "accident")
        assert done.returncode == 0, done.stderr
        assert ports(folder)["redis"] != old


def test_settings_and_passwords_are_only_for_their_owner(folder):
    for name in ("state.json", "ckan.ini", "migrate.ini", "redis/redis.conf"):
        assert (folder / "accident" / name).stat().st_mode & 0o077 == 0, name


def test_a_broken_jar_is_fetched_again(tmp_path):
    real = next(
        path for path in STACK.glob("solr-*") if (path / "lib").is_dir() and not path.name.endswith("unfinished")
    )
    copy = tmp_path / real.name
    shutil.copytree(real, copy, copy_function=os.link)
    jar = next(copy.glob("lib/jts-core*.jar"))
    jar.unlink()
    jar.write_bytes(b"half a download")
    maven = tmp_path / "bin" / "mvn"
    maven.parent.mkdir()
    # stands for Maven: hands out the files of the real distribution
    maven.write_text(
        "#!/bin/sh\nfor a; do case $a in -DoutputDirectory=*) out=${a#*=};; esac; done\n"
        f'mkdir -p "$out" && cp {real}/$(basename "$out")/*.jar "$out"\n',
        encoding="utf-8",
    )
    maven.chmod(0o755)
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'stack')!r}); import solr_server as s; s.ensure_distribution()"
    )
    subprocess.run(
        [COMMAND[0], "-c", program],
        env=environment(tmp_path, PATH=f"{maven.parent}:{os.environ['PATH']}"),
        check=True,
    )
    assert jar.read_bytes() == next(real.glob("lib/jts-core*.jar")).read_bytes()
    assert (copy / "webapp" / "WEB-INF" / "web.xml").exists()


SERVICES_OF_A_USER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from postgres import Postgres
from processes import choose_port
from redis_server import Redis
folder = Path(sys.argv[2])
postgres = Postgres(folder / "postgres", choose_port("user", set()), "secret")
postgres.start()
redis = Redis(folder / "redis", choose_port("user-redis", {postgres.port}), "secret")
try:
    redis.start()
    print(postgres.sql("select 'answered'"))
finally:
    postgres.stop()
    redis.stop()
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="the other tests run as a normal user already")
def test_the_services_run_as_a_normal_user_too(tmp_path_factory):
    nobody = pwd.getpwnam("nobody")
    folder = Path("/tmp") / f"stack-of-a-user-{os.getpid()}"
    (folder / "stack").mkdir(parents=True)
    try:
        for module in (ROOT / "stack").glob("*.py"):
            shutil.copy(module, folder / "stack")
        for path in (folder, *folder.rglob("*")):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
        done = subprocess.run(
            ["/usr/bin/python3", "-c", SERVICES_OF_A_USER, str(folder / "stack"), str(folder / "data")],
            user=nobody.pw_uid,
            group=nobody.pw_gid,
            extra_groups=[],
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(folder)},
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout.strip() == "answered", done.stderr
    finally:
        shutil.rmtree(folder)
