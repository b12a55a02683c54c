#!/usr/bin/env python3
"""Generates the Solr configset: CKAN's own schema plus spatial fields, German text, places, typed facets."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

TYPES = """
    <!-- added for the portal: geometries, as ckanext-spatial's solr-spatial-field backend wants them -->
    <fieldType name="location_rpt" class="solr.SpatialRecursivePrefixTreeFieldType" spatialContextFactory="JTS"
      autoIndex="true" validationRule="repairBuffer0" distErrPct="0.025" maxDistErr="0.001"
      distanceUnits="kilometers"/>
    <!-- added for the portal: many exact values a dataset, made for facets -->
    <fieldType name="keyword" class="solr.StrField" sortMissingLast="true" omitNorms="true" docValues="true"/>
    <!-- added for the portal: German text; names of places keep their endings -->
    <fieldType name="text_de" class="solr.TextField" positionIncrementGap="100">
        <analyzer type="index">
            <tokenizer class="solr.WhitespaceTokenizerFactory"/>
            <filter class="solr.WordDelimiterGraphFilterFactory" generateWordParts="1" generateNumberParts="1" catenateWords="1" catenateNumbers="1" catenateAll="0" splitOnCaseChange="0"/>
            <filter class="solr.FlattenGraphFilterFactory"/>
            <filter class="solr.LowerCaseFilterFactory"/>
            <filter class="solr.KeywordMarkerFilterFactory" protected="protected_places.txt"/>
            <filter class="solr.GermanNormalizationFilterFactory"/>
            <filter class="solr.GermanLightStemFilterFactory"/>
            <filter class="solr.ASCIIFoldingFilterFactory"/>
        </analyzer>
        <analyzer type="query">
            <tokenizer class="solr.WhitespaceTokenizerFactory"/>
            <filter class="solr.SynonymGraphFilterFactory" synonyms="synonyms.txt" ignoreCase="true" expand="true"/>
            <filter class="solr.WordDelimiterGraphFilterFactory" generateWordParts="1" generateNumberParts="1" catenateWords="0" catenateNumbers="0" catenateAll="0" splitOnCaseChange="0"/>
            <filter class="solr.LowerCaseFilterFactory"/>
            <filter class="solr.KeywordMarkerFilterFactory" protected="protected_places.txt"/>
            <filter class="solr.GermanNormalizationFilterFactory"/>
            <filter class="solr.GermanLightStemFilterFactory"/>
            <filter class="solr.ASCIIFoldingFilterFactory"/>
        </analyzer>
    </fieldType>
"""
FIELDS = """
    <!-- added for the portal -->
    <field name="spatial_geom" type="location_rpt" indexed="true" stored="true" multiValued="true"/>
    <field name="bbox_area" type="float" indexed="true" stored="true"/>
    <field name="maxx" type="float" indexed="true" stored="true"/>
    <field name="maxy" type="float" indexed="true" stored="true"/>
    <field name="minx" type="float" indexed="true" stored="true"/>
    <field name="miny" type="float" indexed="true" stored="true"/>
    <field name="places" type="keyword" indexed="true" stored="true" multiValued="true"/>
    <field name="rvr_text_de" type="text_de" indexed="true" stored="false" multiValued="true"/>
    <dynamicField name="rvr_*" type="keyword" indexed="true" stored="true" multiValued="true"/>
"""
COPIES = "".join(
    f'<copyField source="{source}" dest="rvr_text_de"/>\n'
    for source in ("title", "notes", "tags", "res_name", "res_description", "name")
)


class ConfigsetError(Exception):
    """CKAN's schema is not one this generator knows."""


def ckan_schema() -> str:
    """Return the schema.xml of the installed CKAN."""
    spec = importlib.util.find_spec("ckan")
    if spec is None or not spec.submodule_search_locations:
        raise ConfigsetError("CKAN is not installed here, so there is no schema to start from.")
    path = Path(next(iter(spec.submodule_search_locations))) / "config" / "solr" / "schema.xml"
    return path.read_text(encoding="utf-8")


def schema(base: str) -> str:
    """Return the schema of the portal: CKAN's own with our additions at its three ends."""
    text = _before(base, "</types>", TYPES)
    text = _before(text, "</fields>", FIELDS)
    return _before(text, "</schema>", COPIES)


def write(target: Path) -> None:
    """Write the whole configset into a folder."""
    target.mkdir(parents=True, exist_ok=True)
    files = {
        "schema.xml": schema(ckan_schema()),
        "solrconfig.xml": (HERE / "solrconfig.xml").read_text(encoding="utf-8"),
        "protected_places.txt": (HERE / "protected_places.txt").read_text(encoding="utf-8"),
        "synonyms.txt": "",
        "protwords.txt": "",
        "stopwords.txt": "",
    }
    for name, text in files.items():
        (target / name).write_text(text, encoding="utf-8")


def _before(text: str, mark: str, addition: str) -> str:
    if text.count(mark) != 1:
        raise ConfigsetError(f"CKAN's schema.xml has no single {mark}; the generator must be adapted to this CKAN.")
    return text.replace(mark, addition + mark)


def main(arguments: list[str]) -> int:
    """Write the configset into the folder given."""
    if len(arguments) != 1:
        print("usage: configset.py OUTDIR", file=sys.stderr)
        return 2
    try:
        write(Path(arguments[0]))
    except ConfigsetError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
