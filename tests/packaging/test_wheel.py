"""The wheel holds everything, and each plugin starts from it, alone and together.

The environment is a new one, filled from the package manager's warm store; the services are those of the tests.
"""

import configparser
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = ["rvr_portal", "rvr_dcat", "rvr_harvest", "rvr_smartcity", "rvr_dashboards"]
SOURCE_ONLY = {".pyc", ".pot"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    source = tmp_path_factory.mktemp("source")
    target = tmp_path_factory.mktemp("wheel")
    # a copy of what is under version control or new, so that no old build folder slips in
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file() and name.split("/")[0] in {
            "ckanext",
            "pyproject.toml",
            "setup.py",
            "README.md",
            "LICENSE",
        }:
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return next(target.glob("ckanext_rvr-*.whl"))


@pytest.fixture(scope="module")
def clean_python(wheel, tmp_path_factory):
    """The Python of an environment with the locked dependencies of a server and our wheel, and nothing else."""
    folder = tmp_path_factory.mktemp("clean")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / "bin" / "python"
    uv = Path(sys.executable).parent / "uv"
    install = [str(uv), "pip", "install", "-q", "--python", str(python)]
    if not uv.exists():
        install = [str(python), "-m", "pip", "install", "-q"]
    done = subprocess.run(
        [*install, "-r", str(ROOT / "requirements.lock"), str(wheel)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return python


def test_every_data_file_is_in_the_wheel(wheel):
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if name.startswith("ckanext/")}
    listed = subprocess.run(
        ["git", "ls-files", "ckanext"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    wanted = {name for name in listed if Path(name).suffix not in SOURCE_ONLY and (ROOT / name).exists()}
    assert wanted - packed == set()
    assert "ckanext/__init__.py" not in packed


def test_the_metadata_name_licence_and_plugins(wheel):
    with zipfile.ZipFile(wheel) as archive:
        info = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = archive.read(info).decode()
        entry_points = archive.read(info.replace("METADATA", "entry_points.txt")).decode()
    assert "License-Expression: AGPL-3.0-or-later" in metadata
    assert "Requires-Dist: ckan==2.12.0" in metadata
    assert all(f"{plugin} = ckanext.{plugin}.plugin:" in entry_points for plugin in PLUGINS)


START = """
import sys
from ckan.cli import load_config
from ckan.config.middleware import make_app
import ckan.plugins as p
app = make_app(load_config(sys.argv[1]))
import ckanext.rvr_portal
assert "site-packages" in ckanext.rvr_portal.__file__, ckanext.rvr_portal.__file__
client = app._wsgi_app.test_client()
for path in ("/", "/dataset/", "/organization/", "/smart-city-project/", "/smart-city-project/map", "/dashboards", "/harvest/"):
    status = client.get(path, follow_redirects=True).status_code
    assert status in (200, 404), (path, status)
print("loaded", *[name for name in sys.argv[2:] if p.plugin_loaded(name)])
"""


def settings():
    parser = configparser.RawConfigParser()
    parser.read(ROOT / "stack" / "settings.ini", encoding="utf-8")
    return dict(parser["app:main"])


def start(python, tmp_path, ours, others=None):
    """Start CKAN with some of our plugins in front of `others`, by default all others of the portal; open its pages."""
    values = settings()
    if others is None:
        others = [plugin for plugin in values["ckan.plugins"].split() if not plugin.startswith("rvr_")]
    values["ckan.plugins"] = " ".join([*ours, *others])
    if "rvr_smartcity" not in ours:
        kept = [part for part in values["scheming.dataset_schemas"].split() if "rvr_smartcity" not in part]
        values["scheming.dataset_schemas"] = " ".join(kept)
    ini = tmp_path / "ckan.ini"
    lines = [f"{key} = {value}".replace("\n", "\n    ") for key, value in values.items()]
    ini.write_text("\n".join(["[app:main]", *lines, "SECRET_KEY = only-for-tests"]) + "\n", encoding="utf-8")
    return subprocess.run(
        [str(python), "-c", START, str(ini), *ours],
        cwd=tmp_path,
        env={**os.environ, "CKAN_SITE_URL": "http://127.0.0.1:5000", "CKAN_INI": str(ini)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "ours",
    [*([plugin] for plugin in PLUGINS), PLUGINS, PLUGINS[::-1]],
    ids=[*PLUGINS, "all together", "all in the other order"],
)
def test_the_plugins_start_from_the_wheel(clean_python, tmp_path, ours):
    done = start(clean_python, tmp_path, ours)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.split()[-len(ours) - 1 :] == ["loaded", *ours]


def test_the_harvest_without_its_frame_says_what_to_add(clean_python, tmp_path):
    done = start(clean_python, tmp_path, ["rvr_harvest"], [])
    assert done.returncode != 0
    assert done.stderr.strip().endswith("add harvest to ckan.plugins.")


@pytest.mark.parametrize(
    ("ours", "others"),
    [
        (["rvr_portal"], []),
        (["rvr_dcat"], ["dcat"]),
        (["rvr_harvest"], ["harvest"]),
        (["rvr_smartcity"], []),
        (["rvr_dashboards"], []),
    ],
    ids=PLUGINS,
)
def test_a_plugin_starts_and_breaks_no_page_without_any_other_of_the_portal(clean_python, tmp_path, ours, others):
    done = start(clean_python, tmp_path, ours, others)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.split()[-2:] == ["loaded", *ours]
