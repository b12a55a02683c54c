"""A private Solr: the real one from Maven Central, run by a small Jetty on loopback."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterable
from pathlib import Path

from files import hash_files, remove_tree
from paths import BIN, ROOT, STACK
from processes import LOOPBACK, end_strays, last_lines, running_pid, start_background, stop, wait_for
from steps import StackError

CORE = "ckan"
_POM = ROOT / "solr" / "pom.xml"
# servlet classes that would stand in the way of the Jetty that runs Solr
_NOT_WANTED = ("jetty-server-9", "jersey-container-jetty-http", "javax.servlet-api", "jetty-servlet-api")
_JAVA_OPTIONS = (
    "-Xms256m",
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "-Xshare:auto",
    "-XX:-UsePerfData",
    "-Dsolr.log.level=WARN",
    "-Dlog4j2.level=WARN",
    "-Dlog4j2.disable.jmx=true",
    "-Djava.awt.headless=true",
)


def distribution() -> Path:
    """Return the folder of the Solr distribution that belongs to the committed pom.xml."""
    return STACK / f"solr-{hash_files([_POM])}"


def ensure_distribution() -> None:
    """Fetch Solr and Jetty with Maven unless they are there whole."""
    target = distribution()
    if target.exists() and not _damaged(target):
        return
    remove_tree(target)
    unfinished = target.with_name(target.name + ".unfinished")
    remove_tree(unfinished)
    maven = shutil.which("mvn")
    if not maven:
        raise StackError("Maven (the program mvn) was not found; it fetches Solr.")
    _fetch(maven, unfinished)
    damaged = _damaged(unfinished)
    if damaged:
        # a broken file in Maven's own store: put it away and fetch once more
        for jar in damaged:
            for stored in Path.home().glob(f".m2/repository/**/{jar.name}"):
                remove_tree(stored.parent)
        remove_tree(unfinished)
        _fetch(maven, unfinished)
        damaged = _damaged(unfinished)
    if damaged:
        raise StackError(f"The download of Solr is broken ({damaged[0].name}); please try again later.")
    web = unfinished / "webapp" / "WEB-INF"
    web.mkdir(parents=True)
    shutil.copyfile(ROOT / "solr" / "web.xml", web / "web.xml")
    unfinished.rename(target)


def _fetch(maven: str, target: Path) -> None:
    target.mkdir(parents=True)
    log = target.with_name("solr-download.log")
    goals = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:"
    for goal, folder, scope in (("copy-dependencies", "lib", "runtime"), ("copy-dependencies", "jetty", "provided")):
        command = [maven, "-q", "-B", "-f", str(_POM), goals + goal, f"-DoutputDirectory={target / folder}"]
        command += [f"-DincludeScope={scope}"]
        if scope == "provided":
            command += ["-DincludeArtifactIds=jetty-runner"]
        with open(log, "ab") as stream:
            done = subprocess.run(
                command, cwd=target, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, check=False
            )
        if done.returncode:
            raise StackError(f"Maven could not fetch Solr; {log} says: {_reason(log)}")
    for jar in (target / "lib").iterdir():
        if jar.name.startswith((*_NOT_WANTED, "jetty-runner")):
            jar.unlink()


def _reason(log: Path) -> str:
    errors = [line for line in last_lines(log, 200).splitlines() if "ERROR" in line]
    return re.sub(r"\s*->.*", "", errors[0].replace("[ERROR]", "").strip()) if errors else last_lines(log, 1)


def _damaged(folder: Path) -> list[Path]:
    """Return the jars of a distribution that cannot be opened; an incomplete folder counts as damaged."""
    jars = [*folder.glob("lib/*.jar"), *folder.glob("jetty/*.jar")]
    if not any(jar.name.startswith("solr-core") for jar in jars) or not list(folder.glob("jetty/jetty-runner*.jar")):
        return [folder / "solr-core"]
    return [jar for jar in jars if not _readable(jar)]


def _readable(jar: Path) -> bool:
    try:
        with zipfile.ZipFile(jar) as archive:
            return bool(archive.infolist())
    except (OSError, zipfile.BadZipFile):
        return False


class Solr:
    """The Solr of one instance with its one core."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self._pid_file = folder / "pid"
        self._word = f"solr.solr.home={folder / 'home'}"

    @property
    def url(self) -> str:
        """The address of the core for CKAN."""
        return f"http://{LOOPBACK}:{self.port}/solr/{CORE}"

    @property
    def emptied(self) -> Path:
        """A mark that a changed schema has emptied an index that was in use."""
        return self.folder / "emptied"

    def running(self) -> bool:
        """Tell whether the Java process lives."""
        return running_pid(self._pid_file, self._word) is not None

    def launch(self) -> None:
        """Start the Java process without waiting for it; a changed schema begins with an empty index."""
        changed = self._write_home()
        if self.running():
            if not changed:
                return
            self.stop()
        end_strays(self._word)
        java = _java()
        solr = distribution()
        jars = sorted((solr / "lib").glob("*.jar")) + sorted((solr / "jetty").glob("*.jar"))
        command = [
            java,
            *_JAVA_OPTIONS,
            f"-D{self._word}",
            f"-Dsolr.install.dir={solr}",
            f"-Dsolr.log.dir={self.folder}",
            "-cp",
            os.pathsep.join(map(str, jars)),
            "org.eclipse.jetty.runner.Runner",
            *("--host", LOOPBACK, "--port", str(self.port), "--path", "/solr", str(solr / "webapp")),
        ]
        log = self.folder / "log"
        log.unlink(missing_ok=True)
        start_background(command, log=log, pid_file=self._pid_file, env=_java_env(), cwd=self.folder)

    def wait(self) -> None:
        """Wait until the core answers."""
        if wait_for(lambda: self.answers() or not self.running(), 120) and self.answers():
            return
        log = self.folder / "log"
        raise StackError(f"Solr did not start on port {self.port}; its log {log} ends:\n{last_lines(log)}")

    def stop(self) -> bool:
        """Stop Solr; tell whether it ran."""
        return stop(self._pid_file, self._word, seconds=20)

    def answers(self) -> bool:
        """Tell whether the core is loaded and answers its ping."""
        try:
            with urllib.request.urlopen(f"{self.url}/admin/ping?wt=json", timeout=5) as answer:
                return json.load(answer).get("status") == "OK"
        except (OSError, ValueError, urllib.error.URLError):
            return False

    def _write_home(self) -> bool:
        """Generate the configset; tell whether it differs from the one the core had."""
        fresh = self.folder / "conf.unfinished"
        remove_tree(fresh)
        fresh.parent.mkdir(parents=True, exist_ok=True)
        command = [str(BIN / "python"), str(ROOT / "solr" / "configset.py"), str(fresh)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise StackError(
                done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "No Solr schema was made."
            )
        core = self.folder / "home" / CORE
        present = core / "conf"
        if present.exists() and _same(fresh, present):
            remove_tree(fresh)
            return False
        if self.running():
            self.stop()
        core.mkdir(parents=True, exist_ok=True)
        if present.exists():
            self.emptied.touch()
        (self.folder / "home" / "solr.xml").write_text(
            '<solr><int name="maxBooleanClauses">2048</int></solr>\n', encoding="utf-8"
        )
        (core / "core.properties").write_text(f"name={CORE}\n", encoding="utf-8")
        remove_tree(core / "data")
        remove_tree(present)
        fresh.rename(present)
        return True


def _java() -> str:
    java = shutil.which("java")
    if not java:
        raise StackError("Java was not found; Solr needs Java 17 or newer.")
    done = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    version = re.search(r'version "(\d+)', done.stderr)
    if not version or int(version[1]) < 11:
        raise StackError("The Java found is too old; Solr needs Java 17 or newer.")
    return java


def _java_env() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key not in {"JAVA_TOOL_OPTIONS", "CLASSPATH"}}


def _names(folder: Path) -> Iterable[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def _same(one: Path, other: Path) -> bool:
    names = _names(one)
    return names == _names(other) and all((one / n).read_bytes() == (other / n).read_bytes() for n in names)
