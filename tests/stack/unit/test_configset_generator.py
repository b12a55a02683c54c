"""The configset is made from the installed CKAN's schema, and only from one that is known."""

import http.server
import importlib.util
import io
import subprocess
import sys
import threading
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[3]
GENERATOR = ROOT / "solr" / "configset.py"


@pytest.fixture(scope="module")
def configset():
    spec = importlib.util.spec_from_file_location("configset", GENERATOR)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_installed_ckan_has_the_schema_the_generator_was_made_for(configset):
    assert configset.ckan_schema()


def test_a_changed_schema_of_ckan_is_refused_with_a_sentence(configset, tmp_path, monkeypatch):
    changed = tmp_path / "config" / "solr" / "schema.xml"
    changed.parent.mkdir(parents=True)
    changed.write_text(configset.ckan_schema().replace('name="notes"', 'name="remarks"'), encoding="utf-8")
    monkeypatch.setattr(configset, "_package", lambda name: tmp_path)
    with pytest.raises(configset.ConfigsetError, match=r"not that of 2\.12\.0"):
        configset.ckan_schema()


def test_all_that_ckan_declares_is_still_there(configset):
    def names(text):
        root = ElementTree.fromstring(text)
        return [(tag, e.get("name")) for tag in ("field", "dynamicField", "fieldType") for e in root.iter(tag)]

    base = configset.ckan_schema()
    ours = names(configset.schema(base))
    assert set(names(base)) <= set(ours)
    assert len(ours) == len(set(ours))
    assert ElementTree.fromstring(configset.schema(base)).get("name") == "ckan-2.12"


def test_every_municipality_is_protected_in_every_spelling_of_its_umlauts(configset):
    words = set(configset.protected_places())
    assert {"essen", "hagen", "herne", "witten", "marl", "mülheim", "muelheim", "mulheim", "kamp", "lintfort"} <= words
    assert all(word.isalpha() for word in words)
    assert not words & {"am", "an", "der", "kreis"}


def test_a_solrcloud_gets_the_same_files_as_a_folder(tmp_path):
    received = {}

    class Cloud(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            received["path"] = self.path
            received["body"] = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Cloud)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/solr"
    subprocess.run([sys.executable, GENERATOR, "--upload", address, "rvr"], check=True)
    server.shutdown()
    subprocess.run([sys.executable, GENERATOR, tmp_path / "conf"], check=True)

    assert received["path"].startswith("/solr/admin/configs?action=UPLOAD&name=rvr")
    with zipfile.ZipFile(io.BytesIO(received["body"])) as archive:
        sent = {name: archive.read(name) for name in archive.namelist()}
    assert sent == {path.name: path.read_bytes() for path in (tmp_path / "conf").iterdir()}


def test_a_solrcloud_that_is_not_there_is_told_in_a_sentence():
    done = subprocess.run(
        [sys.executable, GENERATOR, "--upload", "http://127.0.0.1:9/solr"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr == "Solr at http://127.0.0.1:9/solr could not be reached.\n"
