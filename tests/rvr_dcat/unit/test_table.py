from __future__ import annotations

import importlib.util
from pathlib import Path

from ckanext.rvr_dcat.fields import DATASET, DISTRIBUTION, SERVICE

DOCS = Path(__file__).resolve().parents[3] / "docs"
DEPRECATED = {"dcatde:politicalGeocodingURI", "dcatde:geocodingDescription", "dcatde:legalBasis", "dcatde:qualityProcessURI",
              "dcatde:originator", "dcatde:maintainer", "owl:versionInfo", "dct:hasVersion", "dct:isVersionOf"}  # fmt: skip


def test_the_table_in_the_documentation_is_that_of_the_code() -> None:
    spec = importlib.util.spec_from_file_location("generate_dcat", DOCS / "generate_dcat.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (DOCS / "dcat-ap-de.md").read_text("utf-8") == module.page(), "run docs/generate_dcat.py"


def test_what_is_deprecated_is_only_written_for_version_2() -> None:
    rows = (*DATASET, *DISTRIBUTION, *SERVICE)
    assert not {row.name for row in rows} & DEPRECATED
    assert {row.old for row in rows if row.old} == DEPRECATED
