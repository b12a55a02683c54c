"""The production files hold together: what they name exists, nothing is floating, open or secret."""

import importlib.metadata
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import gunicorn.config
import pytest
import yaml

ROOT = Path(__file__).parents[3]
DOCKER = ROOT / "docker"
DOCKERFILES = sorted(DOCKER.glob("*/Dockerfile"))
COMPOSE = yaml.safe_load((DOCKER / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]


def instructions(path: Path) -> list[tuple[str, str]]:
    """(INSTRUCTION, rest) pairs with continued lines joined and comments dropped."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n", " ", "\n".join(lines))
    return [tuple(line.split(None, 1)) for line in joined.splitlines() if line.strip()]


def locked_commands() -> set[str]:
    """Console commands that the locked packages bring along."""
    names = re.findall(r"^([A-Za-z0-9._-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)
    found = set()
    for name in names:
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        found |= {point.name for point in distribution.entry_points if point.group == "console_scripts"}
    return found


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.parent.name)
def test_every_copied_path_is_in_the_repository_and_reaches_the_build(path):
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    sources = [
        source
        for instruction, rest in instructions(path)
        if instruction == "COPY" and "--from=" not in rest
        for source in [word for word in rest.split() if not word.startswith("--")][:-1]
    ]
    assert sources
    for source in sources:
        assert (ROOT / source).exists(), source
        assert any(source == entry or source.startswith(f"{entry}/") for entry in allowed), source


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.parent.name)
def test_base_images_are_pinned_and_the_last_user_is_nobody_special(path):
    given = instructions(path)
    for instruction, rest in given:
        if instruction == "FROM":
            image = rest.split()[0]
            assert re.search(r":\d+\.\d+[\w.-]*$", image), image
            assert "latest" not in image
    users = [rest.strip() for instruction, rest in given if instruction == "USER"]
    assert users and users[-1] not in {"root", "0"}
    assert any(instruction == "HEALTHCHECK" for instruction, _ in given)


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.parent.name)
def test_package_lists_do_not_stay_in_the_image(path):
    for instruction, rest in instructions(path):
        if instruction == "RUN" and "apt-get install" in rest:
            assert "--no-install-recommends" in rest and "rm -rf /var/lib/apt/lists" in rest


def test_the_image_s_programs_are_where_the_dockerfile_calls_them():
    portal = (DOCKER / "portal" / "Dockerfile").read_text(encoding="utf-8")
    for name in re.findall(r"/opt/portal-image/(\w+\.py)", portal):
        assert (DOCKER / "portal" / name).exists()
    for script in DOCKER.glob("*/*.sh"):
        assert os.access(script, os.X_OK), script


def test_the_commands_of_the_roles_are_in_the_locked_packages():
    sys.path.insert(0, str(DOCKER / "portal"))
    import entrypoint

    programs = [entrypoint.WEB, entrypoint.WORKER, entrypoint.SCHEDULED, *entrypoint.commands_of_init()]
    commands = {program[0] for program in programs}
    assert commands <= locked_commands()


def test_the_worker_works_on_the_queue_of_the_harvest():
    sys.path.insert(0, str(DOCKER / "portal"))
    import entrypoint

    declaration = yaml.safe_load((ROOT / "ckanext/rvr_harvest/config_declaration.yaml").read_text(encoding="utf-8"))
    options = {option["key"]: option for group in declaration["groups"] for option in group["options"]}
    assert options["ckanext.rvr_harvest.queue"]["default"] in entrypoint.WORKER


def test_every_compose_service_is_healthy_restarted_and_pinned():
    for name, service in SERVICES.items():
        assert re.search(r":\d+\.\d+", service["image"]), name
        assert service["restart"] == ("no" if name == "init" else "unless-stopped")
        assert service["security_opt"] == ["no-new-privileges:true"]
        if "build" not in service:
            assert "healthcheck" in service, name


def test_every_file_and_secret_and_volume_named_by_compose_is_declared():
    for name, service in SERVICES.items():
        if "build" in service:
            context = DOCKER / service["build"]["context"]
            assert (context / service["build"]["dockerfile"]).exists(), name
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (DOCKER / source).exists() if source.startswith(".") else source in COMPOSE["volumes"], volume
        assert set(service.get("depends_on", {})) <= set(SERVICES)
        assert set(service["networks"]) <= set(COMPOSE["networks"])


def test_only_nginx_is_published_and_the_stores_have_no_way_out():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["nginx"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    for name in ("postgres", "redis", "solr"):
        assert SERVICES[name]["networks"] == ["inside"]


def test_settings_of_an_installation_have_a_file_of_their_own_that_git_and_the_build_leave_alone():
    for name in ("init", "web", "worker", "scheduler"):
        assert SERVICES[name]["env_file"] == [{"path": "./portal.env", "required": False}]
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    kept_out = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for name in (".env", "portal.env", "secrets"):
        assert f"/docker/{name}" in [line.rstrip("/") for line in ignored] and f"docker/{name}" in kept_out


def test_settings_are_written_in_the_guide_as_the_file_takes_them():
    for page in (ROOT / "docs" / "admin").glob("*.md"):
        assert not re.search(r"^ *PORTAL_SETTING__\w+:", page.read_text(encoding="utf-8"), re.MULTILINE), page


def test_nginx_runs_on_while_the_others_are_renewed():
    assert "depends_on" not in SERVICES["nginx"]
    assert not any("nginx" in service.get("depends_on", {}) for service in SERVICES.values())


def test_whoever_fetches_or_sends_mail_has_a_way_out():
    for name in ("web", "worker", "scheduler"):  # the scheduler: the weekly letters of ckanext.rvr_harvest.notify
        assert set(SERVICES[name]["networks"]) == {"inside", "outside"}


def test_the_secrets_that_are_made_are_the_ones_compose_mounts(tmp_path):
    sys.path.insert(0, str(DOCKER))
    import make_secrets

    made = make_secrets.make(tmp_path / "secrets")
    files = {Path(entry["file"]).name for entry in COMPOSE["secrets"].values()}
    assert set(made) == files - {"tls_certificate", "tls_key"}
    first = {name: (tmp_path / "secrets" / name).read_text() for name in made}
    assert len(set(first.values())) == len(made) and min(map(len, first.values())) >= 48
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    assert make_secrets.make(tmp_path / "secrets") == []


def test_secrets_are_readable_for_the_containers_whatever_the_umask(tmp_path):
    sys.path.insert(0, str(DOCKER))
    import make_secrets

    before = os.umask(0o077)
    try:
        made = make_secrets.make(tmp_path / "secrets")
    finally:
        os.umask(before)
    assert made and {(tmp_path / "secrets" / name).stat().st_mode & 0o777 for name in made} == {0o444}


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.parent.name)
def test_nothing_floating_is_fetched_before_the_build(path):
    assert not re.search(r"^#\s*syntax\s*=", path.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.parent.name)
def test_single_files_are_readable_in_the_image_whatever_the_checkout_s_rights(path):
    final = re.split(r"^FROM .*$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[-1]
    for line in re.findall(r"^COPY (.+)$", final, re.MULTILINE):
        assert "--from=" in line or "--chmod=" in line, line


def test_solr_as_a_whole_allows_as_many_clauses_as_its_core():
    core = re.search(
        r"solr\.max\.booleanClauses:(\d+)\}", (ROOT / "solr" / "solrconfig.xml").read_text(encoding="utf-8")
    )
    given = dict(entry for entry in instructions(DOCKER / "solr" / "Dockerfile") if entry[0] == "ENV")
    assert given["ENV"] == f"SOLR_OPTS=-Dsolr.max.booleanClauses={core[1]}"


def test_the_web_server_opens_no_control_socket_in_the_shared_volume():
    settings = runpy.run_path(str(DOCKER / "portal" / "gunicorn_settings.py"))
    assert settings["control_socket_disable"] is True
    assert "control_socket_disable" in {setting.name for setting in gunicorn.config.KNOWN_SETTINGS}


def test_no_secret_and_no_default_password_is_in_the_files():
    suspicious = re.compile(r"(?i)(password|secret|token)\w*\s*[:=]\s*['\"]?[A-Za-z0-9+/]{8,}['\"]?\s*$", re.MULTILINE)
    for path in DOCKER.rglob("*"):
        if path.is_file() and path.suffix in {".yml", ".sh", ".conf", ""} and "secrets" not in path.parts:
            assert not suspicious.search(path.read_text(encoding="utf-8")), path
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "/docker/secrets/" in ignored


def test_shell_scripts_parse():
    for script in DOCKER.glob("*/*.sh"):
        subprocess.run(["bash", "-n", str(script)], check=True)


def test_nginx_sends_its_headers_also_where_a_block_adds_one():
    text = (DOCKER / "nginx" / "portal.conf").read_text(encoding="utf-8")
    blocks = re.findall(r"location [^{]+\{[^}]+\}", text)
    for block in blocks:
        if "add_header" in block:
            assert "headers.conf" in block
    headers = (DOCKER / "nginx" / "headers.conf").read_text(encoding="utf-8")
    for name in ("Strict-Transport-Security", "X-Content-Type-Options", "Content-Security-Policy", "Referrer-Policy"):
        assert name in headers
    assert text.count("{") == text.count("}")
    assert "proxy_cache" not in text.replace("proxy_cache_control", "")


def test_nginx_finds_a_renewed_web_server_without_a_restart():
    text = (DOCKER / "nginx" / "portal.conf").read_text(encoding="utf-8")
    upstream = re.search(r"upstream portal_web \{([^}]+)\}", text)[1]
    assert re.search(r"server web:5000 resolve;", upstream) and "zone " in upstream
    assert re.search(r"^resolver 127\.0\.0\.11 ", text, re.MULTILINE)
    version = re.search(r"nginx-unprivileged:(\d+)\.(\d+)\.(\d+)", (DOCKER / "nginx" / "Dockerfile").read_text())
    assert tuple(map(int, version.groups())) >= (1, 27, 3)  # the first that knows "resolve"


def test_nginx_answers_with_a_sentence_in_the_portal_s_place():
    text = (DOCKER / "nginx" / "portal.conf").read_text(encoding="utf-8")
    assert "error_page 413 429 502 503 504 $portal_problem_page;" in text
    block = re.search(r"location ~ \^/portal-problem[^{]+\{([^}]+)\}", text)[1]
    # without the first one the page about a file too large is itself refused
    for line in ("client_max_body_size 0;", "internal;", "ssi on;", "no-store"):
        assert line in block
    for name in re.findall(r'echo var="(\w+)"', (DOCKER / "nginx" / "portal-problem.html").read_text(encoding="utf-8")):
        assert re.search(rf"map \$status \${name} \{{", text), name
    program = (DOCKER / "nginx" / "portal-problem.json").read_text(encoding="utf-8")
    assert json.loads(re.sub(r"<!--#.*?-->", "text", program))["success"] is False
    for sentence in re.findall(r'^ {4}(?:413|429|default) +"([^"]{20,})";$', text, re.MULTILINE):
        assert not set(sentence) & set("<>&\\")  # it goes into HTML and JSON as it is


def test_nginx_takes_what_the_portal_takes_and_names_the_same_limit():
    text = (DOCKER / "nginx" / "portal.conf").read_text(encoding="utf-8")
    limit = int(
        re.search(r"^ckan\.max_resource_size = (\d+)$", (ROOT / "stack/settings.ini").read_text(), re.MULTILINE)[1]
    )
    body = int(re.search(r"client_max_body_size (\d+)m;", text)[1])
    assert limit < body <= limit + 10
    assert f"Höchstens {limit} MB" in text and f"at most {limit} MB" in text


def test_public_files_are_kept_by_browsers_also_of_those_who_are_known():
    text = (DOCKER / "nginx" / "portal.conf").read_text(encoding="utf-8")
    pattern = re.compile(re.search(r"location ~ (\^/\(rvr_portal\|base\)\S+) \{", text)[1])
    assert pattern.match("/rvr_portal/fonts/source-sans-3-latin-wght-normal.woff2") and pattern.match(
        "/rvr_portal/logo.svg"
    )
    for closed in ("/dataset/a/resource/b/download/plan.svg", "/uploads/group/logo.png", "/dashboard/"):
        assert not pattern.match(closed)
    assert text.count('default "no-store";') == 2  # "not found" of a file must not be kept


def test_answers_for_people_who_are_logged_in_are_not_cached():
    text = (DOCKER / "nginx" / "portal.conf").read_text(encoding="utf-8")
    asked = re.search(r'map "([^"]+)" \$portal_cache_control', text)[1]
    assert {"$cookie_ckan", "$cookie_remember_token", "$http_authorization"} <= set(re.findall(r"\$\w+", asked))


def test_compose_accepts_its_file():
    docker = shutil.which("docker")
    if not docker or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("docker compose is not installed here")
    environment = os.environ | {"PORTAL_SITE_URL": "https://opendata.example.org"}
    command = [docker, "compose", "-f", str(DOCKER / "docker-compose.yml"), "config", "--quiet"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
