"""CKAN's own search on a core of CKAN's own schema, beside the portal's in the same Solr."""

from __future__ import annotations

import importlib.util
import json
import shutil
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import pysolr

ROOT = Path(__file__).resolve().parents[2]
CORE = "stock_judged"


class StockSearch:
    """A core with the schema of the installed CKAN, asked as `PackageSearchQuery` asks."""

    def __init__(self, portal_core: str) -> None:
        self._solr, _, name = portal_core.rstrip("/").rpartition("/")
        status = self._admin(action="STATUS", core=name)["status"][name]
        self._folder = Path(status["instanceDir"]).parent / CORE
        self._remove()
        _write_configset(self._folder / "conf")
        self._admin(action="CREATE", name=CORE, instanceDir=str(self._folder))
        self._core = pysolr.Solr(f"{self._solr}/{CORE}", timeout=60)

    def fill(self, documents: list[dict[str, Any]]) -> None:
        """Put these documents into it."""
        self._core.add(documents, commit=True)

    def ids(self, text: str, rows: int = 10) -> list[str]:
        """Ids of the best hits, in order; none where CKAN shows an error."""
        from ckan.lib.search.query import QUERY_FIELDS

        parameters: dict[str, Any] = {"df": "text", "q.op": "AND", "fl": "id", "rows": rows}
        parameters |= {"fq": ["+state:active", "+dataset_type:dataset"], "sort": "score desc, metadata_modified desc"}
        if ":" not in text:
            parameters |= {"defType": "dismax", "tie": "0.1", "mm": "2<-1 5<80%", "qf": QUERY_FIELDS}
        try:
            return [row["id"] for row in self._core.search(text, **parameters).docs]
        except pysolr.SolrError:
            return []

    def close(self) -> None:
        """Take the core away again."""
        self._remove()

    def _remove(self) -> None:
        if CORE in self._admin(action="STATUS")["status"]:
            self._admin(action="UNLOAD", core=CORE)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _admin(self, **parameters: str) -> dict[str, Any]:
        address = f"{self._solr}/admin/cores?{urllib.parse.urlencode({**parameters, 'wt': 'json'})}"
        with urllib.request.urlopen(address, timeout=60) as answer:
            return json.load(answer)


def _write_configset(folder: Path) -> None:
    spec = importlib.util.spec_from_file_location("configset", ROOT / "solr" / "configset.py")
    assert spec
    assert spec.loader
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    folder.mkdir(parents=True)
    (folder / "schema.xml").write_text(generator.ckan_schema(), "utf-8")
    shutil.copyfile(ROOT / "solr" / "solrconfig.xml", folder / "solrconfig.xml")
    for name in ("synonyms.txt", "protwords.txt", "stopwords.txt"):
        (folder / name).write_text("", "utf-8")
