#!/usr/bin/env python3
"""Generates the Solr configset: CKAN's own schema plus spatial fields, German text, places, typed facets.

`configset.py OUTDIR` writes it into a folder (local stack, docker image);
`configset.py --upload http://solr:8983/solr [NAME]` sends it to a SolrCloud as configset NAME (default: ckan).
"""

from __future__ import annotations

import csv
import hashlib
import importlib.util
import io
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).resolve().parent

# SHA-256 of the schema.xml files this generator was made for
KNOWN_SCHEMAS = {"632cf2f2aad5c07032ec1b9b357c0dca7341a9624e11ec21e1a56ae29497ade1": "2.12.0"}

# the lines of analysers are long as in CKAN's own schema.xml
TYPES = """
    <!-- added for the portal: geometries, as ckanext-spatial's solr-spatial-field backend wants them -->
    <fieldType name="location_rpt" class="solr.SpatialRecursivePrefixTreeFieldType" spatialContextFactory="JTS"
      prefixTree="packedQuad" autoIndex="true" validationRule="repairBuffer0" distErrPct="0.025" maxDistErr="0.001"
      distanceUnits="kilometers"/>
    <!-- added for the portal: many exact values a dataset, made for facets -->
    <fieldType name="keyword" class="solr.StrField" sortMissingLast="true" omitNorms="true" docValues="true"/>
    <!-- added for the portal: one number a dataset, made for orders and boosts -->
    <fieldType name="measure" class="solr.FloatPointField" indexed="false" docValues="true"/>
    <fieldType name="moment" class="solr.DatePointField" docValues="true"/>
    <!-- added for the portal: German text; names of places keep their endings, umlauts have one spelling -->
    <fieldType name="text_de" class="solr.TextField" positionIncrementGap="100">
        <analyzer type="index">
            <tokenizer class="solr.WhitespaceTokenizerFactory"/>
            <filter class="solr.WordDelimiterGraphFilterFactory" generateWordParts="1" generateNumberParts="1" catenateWords="1" catenateNumbers="1" catenateAll="0" splitOnCaseChange="0" splitOnNumerics="0"/>
            <filter class="solr.FlattenGraphFilterFactory"/>
{words}
            <filter class="solr.RemoveDuplicatesTokenFilterFactory"/>
        </analyzer>
        <analyzer type="query">
            <tokenizer class="solr.WhitespaceTokenizerFactory"/>
            <filter class="solr.WordDelimiterGraphFilterFactory" generateWordParts="1" generateNumberParts="1" catenateWords="0" catenateNumbers="0" catenateAll="0" splitOnCaseChange="0" splitOnNumerics="0"/>
{words}
        </analyzer>
    </fieldType>
    <!-- added for the portal: whole words with their endings, to find what a misspelt word may have meant -->
    <fieldType name="text_words" class="solr.TextField" positionIncrementGap="100">
        <analyzer>
            <tokenizer class="solr.WhitespaceTokenizerFactory"/>
            <filter class="solr.WordDelimiterGraphFilterFactory" generateWordParts="1" generateNumberParts="0" catenateWords="0" splitOnCaseChange="0" splitOnNumerics="0"/>
            <filter class="solr.FlattenGraphFilterFactory"/>
            <filter class="solr.LowerCaseFilterFactory"/>
            <filter class="solr.GermanNormalizationFilterFactory"/>
            <filter class="solr.ASCIIFoldingFilterFactory"/>
        </analyzer>
    </fieldType>
    <!-- added for the portal: beginnings of words, to suggest what somebody is typing -->
    <fieldType name="text_begin" class="solr.TextField" positionIncrementGap="100" omitTermFreqAndPositions="true">
        <analyzer type="index">
            <tokenizer class="solr.WhitespaceTokenizerFactory"/>
            <filter class="solr.WordDelimiterGraphFilterFactory" generateWordParts="1" generateNumberParts="1" catenateWords="1" catenateNumbers="0" splitOnCaseChange="0" splitOnNumerics="0"/>
            <filter class="solr.FlattenGraphFilterFactory"/>
            <filter class="solr.LowerCaseFilterFactory"/>
            <filter class="solr.GermanNormalizationFilterFactory"/>
            <filter class="solr.ASCIIFoldingFilterFactory"/>
            <filter class="solr.EdgeNGramFilterFactory" minGramSize="2" maxGramSize="20"/>
            <filter class="solr.RemoveDuplicatesTokenFilterFactory"/>
        </analyzer>
        <analyzer type="query">
            <tokenizer class="solr.WhitespaceTokenizerFactory"/>
            <filter class="solr.LowerCaseFilterFactory"/>
            <filter class="solr.GermanNormalizationFilterFactory"/>
            <filter class="solr.ASCIIFoldingFilterFactory"/>
        </analyzer>
    </fieldType>
""".replace(
    "{words}",
    """
            <filter class="solr.LowerCaseFilterFactory"/>
            <filter class="solr.KeywordMarkerFilterFactory" protected="protected_places.txt"/>
            <filter class="solr.StemmerOverrideFilterFactory" dictionary="stems.txt"/>
            <filter class="solr.GermanNormalizationFilterFactory"/>
            <filter class="solr.GermanLightStemFilterFactory"/>
            <filter class="solr.ASCIIFoldingFilterFactory"/>
""".strip("\n"),
)
FIELDS = """
    <!-- added for the portal -->
    <field name="spatial_geom" type="location_rpt" indexed="true" stored="true" multiValued="true"/>
    <field name="bbox_area" type="float" indexed="true" stored="true"/>
    <field name="maxx" type="float" indexed="true" stored="true"/>
    <field name="maxy" type="float" indexed="true" stored="true"/>
    <field name="minx" type="float" indexed="true" stored="true"/>
    <field name="miny" type="float" indexed="true" stored="true"/>
    <field name="rvr_lon" type="pdouble" indexed="true" stored="true" docValues="true"/>
    <field name="rvr_lat" type="pdouble" indexed="true" stored="true" docValues="true"/>
    <field name="places" type="keyword" indexed="true" stored="true" multiValued="true"/>
    <!-- German text, stored where the page shows why a dataset was found -->
    <field name="rvr_title_de" type="text_de" indexed="true" stored="true"/>
    <field name="rvr_notes_de" type="text_de" indexed="true" stored="true"/>
    <field name="rvr_tags_de" type="text_de" indexed="true" stored="true" multiValued="true"/>
    <field name="rvr_files_de" type="text_de" indexed="true" stored="true" multiValued="true"/>
    <field name="rvr_columns_de" type="text_de" indexed="true" stored="true" multiValued="true"/>
    <field name="rvr_places_de" type="text_de" indexed="true" stored="true" multiValued="true" omitNorms="true"/>
    <field name="rvr_publisher_de" type="text_de" indexed="true" stored="true" multiValued="true" omitNorms="true"/>
    <field name="rvr_kinds_de" type="text_de" indexed="true" stored="true" multiValued="true" omitNorms="true"/>
    <field name="rvr_text_de" type="text_de" indexed="true" stored="false" multiValued="true"/>
    <!-- "radweg: rad weg" for every compound of the title, and of all other texts -->
    <field name="rvr_title_parts" type="text_de" indexed="true" stored="true" multiValued="true" omitNorms="true"/>
    <field name="rvr_parts" type="text_de" indexed="true" stored="true" multiValued="true" omitNorms="true"/>
    <field name="rvr_words" type="text_words" indexed="true" stored="true" multiValued="true" omitNorms="true"/>
    <!-- beginnings of the words of the title -->
    <field name="rvr_begin" type="text_begin" indexed="true" stored="false"/>
    <field name="rvr_updated_at" type="moment" indexed="true" stored="false"/>
    <field name="rvr_completeness" type="measure" stored="false"/>
    <dynamicField name="rvr_*" type="keyword" indexed="true" stored="true" multiValued="true"/>
"""
# which of CKAN's fields the German ones are filled from; the portal's plugin fills the others (ckanext/rvr_portal/index.py)
GERMAN_SOURCES = {
    "rvr_title_de": ("title",),
    "rvr_notes_de": ("notes",),
    "rvr_tags_de": ("tags",),
    "rvr_files_de": ("res_name", "res_description"),
    "rvr_text_de": ("name", "extras_*", "res_url", "url"),
    "rvr_words": ("title", "tags"),
    "rvr_begin": ("title",),
}
COPIES = "".join(
    f'<copyField source="{source}" dest="{target}"/>\n'
    for target, sources in GERMAN_SOURCES.items()
    for source in sources
)

# words in the names of places that are stemmed like everywhere else
_COMMON_WORDS = {"am", "an", "der", "im", "kreis", "see"}
# endings that the stemmer cuts and that make another word of a place's name
_CUT_ENDINGS = ("e", "em", "en", "es")
# endings of the people who live there; of names with -e they would make other words ("Werner", "Schwerter")
_INHABITANTS = ("er", "ers", "ern")
_REGION = ("Metropole Ruhr", "Ruhrgebiet", "Ruhrpott")
_UMLAUTS = {"ä": ("ae", "a"), "ö": ("oe", "o"), "ü": ("ue", "u"), "ß": ("ss", "ss")}


class ConfigsetError(Exception):
    """The configset cannot be made or sent; the text is one sentence."""


def configset() -> dict[str, str]:
    """Return the files of the configset, text by name."""
    return {
        "schema.xml": schema(ckan_schema()),
        "solrconfig.xml": (HERE / "solrconfig.xml").read_text(encoding="utf-8"),
        "protected_places.txt": "\n".join(protected_places()) + "\n",
        "stems.txt": "".join(f"{word}\t{stem}\n" for word, stem in stems()),
        # CKAN's schema names these; the portal has no entries of its own
        "synonyms.txt": "",
        "protwords.txt": "",
        "stopwords.txt": "",
    }


def ckan_schema() -> str:
    """Return the schema.xml of the installed CKAN, if it is one this generator knows."""
    text = (_package("ckan") / "config" / "solr" / "schema.xml").read_text(encoding="utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()
    if digest not in KNOWN_SCHEMAS:
        versions = ", ".join(KNOWN_SCHEMAS.values())
        raise ConfigsetError(
            f"The search schema of the installed CKAN is not that of {versions}: "
            f"look through the differences, then enter {digest} in solr/configset.py."
        )
    return text


def schema(base: str) -> str:
    """Return the schema of the portal: CKAN's own with our additions at its three ends."""
    text = _before(base, "</types>", TYPES)
    text = _before(text, "</fields>", FIELDS)
    return _before(text, "</schema>", COPIES)


def protected_places() -> list[str]:
    """Return the words of all municipalities' and Kreise's names, in every way of writing umlauts, in small letters."""
    words = set()
    for name in _place_names():
        words.update(word for word in re.findall(r"\w+", name.lower()) if word not in _COMMON_WORDS)
        if "-" in name:
            # the analyser also indexes a hyphenated name as one word
            words.add(re.sub(r"\W", "", name.lower().split()[-1]))
    return sorted({form for word in words for form in _forms(word)})


def stems() -> list[tuple[str, str]]:
    """Return words with what the analyser makes of them instead of cutting their ending, in every way of writing umlauts.

    Besides those of stems.txt these are words that would become a place's name when cut ("Hamme" is no "Hamm"), and
    the inhabitants of places ("Essener"), from whom too much would be cut. The genitive ("Hamms") is right by itself.
    """
    lines = (_data() / "search" / "stems.txt").read_text(encoding="utf-8").splitlines()
    listed = dict(line.split() for line in lines if line and not line.startswith("#"))
    like_places = {place + ending: place + ending for place in protected_places() for ending in _CUT_ENDINGS}
    inhabitants = {place + ending: place for place in protected_places() for ending in _INHABITANTS if place[-1] != "e"}
    pairs = (like_places | inhabitants | {form: stem for word, stem in listed.items() for form in _forms(word)}).items()
    return sorted(pair for pair in pairs if pair[0] not in protected_places())


def write(target: Path) -> None:
    """Write the whole configset into a folder."""
    target.mkdir(parents=True, exist_ok=True)
    for name, text in configset().items():
        (target / name).write_text(text, encoding="utf-8")


def upload(solr_url: str, name: str = "ckan") -> None:
    """Send the configset to a SolrCloud, replacing the one of that name."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as files:
        for file, text in configset().items():
            files.writestr(file, text)
    query = urllib.parse.urlencode({"action": "UPLOAD", "name": name, "overwrite": "true", "cleanup": "true"})
    request = urllib.request.Request(
        f"{solr_url.rstrip('/')}/admin/configs?{query}",
        data=archive.getvalue(),
        headers={"Content-Type": "application/octet-stream"},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=60):
            pass
    except urllib.error.HTTPError as error:
        raise ConfigsetError(f"Solr at {solr_url} refused the configset (status {error.code}).") from error
    except OSError as error:
        raise ConfigsetError(f"Solr at {solr_url} could not be reached.") from error


def _place_names() -> Iterable[str]:
    yield from _REGION
    for table in ("municipalities.csv", "kreise.csv"):
        with open(_data() / table, encoding="utf-8", newline="") as stream:
            yield from (row["name"] for row in csv.DictReader(stream))


def _data() -> Path:
    data = HERE.parent / "ckanext" / "rvr_portal" / "data"
    return data if data.is_dir() else _package("ckanext.rvr_portal") / "data"


def _forms(word: str) -> set[str]:
    """A word with umlauts, with ae/oe/ue and with bare vowels."""
    long = "".join(_UMLAUTS.get(letter, (letter,))[0] for letter in word)
    bare = "".join(_UMLAUTS.get(letter, (letter, letter))[1] for letter in word)
    return {word, long, bare}


def _package(name: str) -> Path:
    try:
        spec = importlib.util.find_spec(name)
    except ModuleNotFoundError:
        spec = None
    if spec is None or not spec.submodule_search_locations:
        raise ConfigsetError(f"The Python package {name} is not installed here; the Solr schema is made from it.")
    return Path(next(iter(spec.submodule_search_locations)))


def _before(text: str, mark: str, addition: str) -> str:
    if text.count(mark) != 1:
        raise ConfigsetError(f"CKAN's schema.xml has no single {mark}; the generator must be adapted to this CKAN.")
    return text.replace(mark, addition + mark)


def main(arguments: list[str]) -> int:
    """Write the configset into a folder, or send it to a SolrCloud."""
    try:
        if arguments[:1] == ["--upload"] and len(arguments) in {2, 3}:
            upload(*arguments[1:])
        elif len(arguments) == 1 and not arguments[0].startswith("-"):
            write(Path(arguments[0]))
        else:
            print(__doc__, file=sys.stderr)
            return 2
    except ConfigsetError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
