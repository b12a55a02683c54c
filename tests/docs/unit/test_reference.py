"""What the plugins offer is documented, and the documentation names what is there."""

import re
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
sys.path.insert(0, str(DOCS))

import declarations  # noqa: E402
import draw_architecture  # noqa: E402
import generate_api  # noqa: E402
import generate_configuration  # noqa: E402

PAGES = sorted(
    [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "docker").glob("*.md"), *(ROOT / "demo").glob("*.md")]
)


def test_the_table_of_settings_is_current():
    page = (DOCS / "configuration.md").read_text(encoding="utf-8")
    assert page == generate_configuration.page(), "run: python docs/generate_configuration.py"


def test_the_page_of_actions_and_commands_is_current():
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    assert page == generate_api.page(), "run: python docs/generate_api.py"


def test_the_picture_of_the_architecture_is_current():
    assert (DOCS / "img" / "architecture.svg").read_text(encoding="utf-8") == draw_architecture.picture()


@pytest.mark.parametrize("plugin", declarations.PLUGINS)
def test_every_setting_says_what_it_does(plugin):
    for _, options in declarations.settings(plugin):
        for option in options:
            assert option.key.startswith(f"ckanext.{plugin}."), option.key
            assert len(option.description) > 20, option.key


@pytest.mark.parametrize("plugin", declarations.PLUGINS)
def test_every_setting_read_in_the_code_is_declared(plugin):
    declared = {option.key for _, options in declarations.settings(plugin) for option in options}
    used = set()
    for path in (ROOT / "ckanext" / plugin).rglob("*.py"):
        used |= set(re.findall(rf"ckanext\.{plugin}\.[a-z_]+(?=[\"'])", path.read_text(encoding="utf-8")))
    modules = {f"ckanext.{plugin}.{path.stem}" for path in (ROOT / "ckanext" / plugin).iterdir()}
    assert used - modules <= declared


@pytest.mark.parametrize("plugin", declarations.PLUGINS)
def test_every_action_and_command_has_a_text_for_its_users(plugin):
    for action in declarations.actions(plugin):
        assert len(action.docstring) > 20, action.name
    for name, command in declarations.commands(plugin):
        assert command.help, name


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_the_pages_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:", target):
            assert (path.parent / target).exists(), target


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_programs_and_make_targets_named_in_the_pages_exist(path):
    text = path.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for target in re.findall(r"(?:^ {4}|`|`[A-Z]+=\S+ )make ([a-z]+)", text, re.MULTILINE):
        assert target in targets, target
    for program in re.findall(r"python3? ((?:docs|docker|demo|stack|solr)/[\w./]+\.py)", text):
        assert (ROOT / program).exists(), program


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_settings_and_commands_named_in_the_pages_exist(path):
    text = path.read_text(encoding="utf-8")
    declared = {
        option.key
        for plugin in declarations.PLUGINS
        for _, options in declarations.settings(plugin)
        for option in options
    }
    named = set(re.findall(r"ckanext\.rvr_[a-z]+\.[a-z_]+", text))
    named |= {key.replace("__", ".") for key in re.findall(r"PORTAL_SETTING__(ckanext__rvr_[a-z]+__[a-z_]+)", text)}
    modules = {f"ckanext.{plugin}.{name}" for plugin in declarations.PLUGINS for name in ("shared", "interfaces")}
    assert named - modules <= declared
    commands = {name for plugin in declarations.PLUGINS for name, _ in declarations.commands(plugin)}
    for command in re.findall(r"ckan (rvr-[a-z]+(?: [a-z][a-z-]*)*)", text):
        assert any(command == name or command.startswith(f"{name} ") for name in commands), command


def test_publiccode_says_what_the_standard_demands():
    data = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    assert data["publiccodeYmlVersion"] == "0.4"
    assert {"name", "url", "platforms", "developmentStatus", "softwareType", "description", "legal"} <= set(data)
    assert data["developmentStatus"] in {"concept", "development", "beta", "stable", "obsolete"}
    assert data["softwareType"] in {
        "standalone/mobile", "standalone/iot", "standalone/desktop", "standalone/web", "standalone/backend",
        "standalone/other", "addon", "library", "configurationFiles",
    }  # fmt: skip
    assert data["legal"]["license"] == "AGPL-3.0-or-later"
    assert data["maintenance"]["type"] in {"internal", "contract", "community", "none"}
    assert set(data["localisation"]) >= {"localisationReady", "availableLanguages"}
    assert {"de", "en"} <= set(data["description"])
    for text in data["description"].values():
        assert len(text["shortDescription"]) <= 150
        assert 150 <= len(text["longDescription"]) <= 10000
        assert text["features"]


def test_versions_agree_in_package_description_and_images():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    version = re.search(r'^version = "([^"]+)"', text, re.MULTILINE)[1]
    assert str(yaml.safe_load((ROOT / "publiccode.yml").read_text())["softwareVersion"]) == version
    compose = (ROOT / "docker" / "docker-compose.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"image: rvr-portal[\w-]*:(\S+)", compose)) == {version}


def test_changes_have_a_known_kind():
    kinds = {"added", "changed", "fixed", "removed", "security"}
    for path in (ROOT / "changes").iterdir():
        if path.name != "README.md":
            assert path.name.split(".")[-1] == "md" and path.name.split(".")[-2] in kinds, path.name


def test_the_pages_of_the_readme_s_pictures_are_made_by_the_script():
    import screenshots

    for page in (ROOT / "README.md", *DOCS.rglob("*.md")):
        for picture in re.findall(r"img/([\w-]+)\.png", page.read_text(encoding="utf-8")):
            assert picture in screenshots.PAGES
