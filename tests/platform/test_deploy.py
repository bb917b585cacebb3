"""What deploy/ says is what the product knows. No Docker runs here: names, options and files are checked."""

import re
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from suhui.config import cli

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service.get("image") == "suhui"}
KEYS = {
    *("image", "build", "restart", "environment", "volumes", "depends_on", "command", "deploy", "healthcheck"),
    *("ports", "user", "entrypoint"),
}


def known_settings() -> set[str]:
    text = "".join(file.read_text() for file in (ROOT / "src" / "suhui").rglob("*.py"))
    return set(re.findall(r"\"(SUHUI_[A-Z_]+)\"", text))


def test_there_are_several_of_what_there_should_be_several_of() -> None:
    assert SERVICES["web"]["deploy"]["replicas"] >= 2
    assert SERVICES["worker"]["deploy"]["replicas"] >= 2
    assert {"postgres", "replica", "redis", "proxy", "migrate"} <= set(SERVICES)


def test_every_key_is_one_that_compose_knows() -> None:
    assert {key for service in SERVICES.values() for key in service if not key.startswith("x-")} <= KEYS
    assert set(COMPOSE) == {"x-suhui", "services", "volumes"}


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_service_runs_a_command_that_exists(name: str) -> None:
    program, command, *arguments = OURS[name]["command"]
    assert program == "suhui"
    found = cli.main.commands[command]
    found.make_context(command, list(arguments), resilient_parsing=False)
    assert not isinstance(found, click.Group)


def test_every_setting_named_exists_and_the_environment_file_fills_every_hole() -> None:
    named = {key for service in OURS.values() for key in service["environment"]}
    assert named <= known_settings()
    assert "SUHUI_REPLICA_URL" in named
    holes = set(re.findall(r"\$\{(\w+)\}", (DEPLOY / "compose.yaml").read_text()))
    filled = {row.split("=")[0] for row in (DEPLOY / "example.env").read_text().splitlines() if "=" in row}
    assert holes == filled


def test_services_volumes_and_files_that_are_named_are_there() -> None:
    for service in SERVICES.values():
        assert set(service.get("depends_on", {})) <= set(SERVICES)
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (DEPLOY / source).exists() if source.startswith(".") else source in COMPOSE["volumes"]
    addresses = " ".join(str(value) for value in COMPOSE["x-suhui"]["environment"].values())
    assert set(re.findall(r"(?:@|//)(\w+):\d+", addresses)) <= set(SERVICES)
    assert set(re.findall(r"server (\w+):", (DEPLOY / "nginx.conf").read_text())) <= set(SERVICES)
    for service in SERVICES.values():
        for what, condition in service.get("depends_on", {}).items():
            if condition["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[what]


def test_images_are_plain_names() -> None:
    images = {service["image"] for service in SERVICES.values()}
    images |= set(re.findall(r"^FROM (\S+)", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE))
    assert [image for image in images if "/" in image] == []


def test_the_image_is_made_of_what_there_is() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    assert "make build" in text
    assert re.search(r"^build:", (ROOT / "Makefile").read_text(), re.MULTILINE)
    copied = re.findall(r"^COPY (?!--from)(\S+)", text, re.MULTILINE)
    assert all((ROOT / source).exists() for source in copied)
    program, command, *arguments = re.findall(r'"([^"]+)"', re.findall(r"^CMD (.*)$", text, re.MULTILINE)[0])
    assert program == "suhui"
    cli.main.commands[command].make_context(command, arguments)


def test_the_proxy_lets_live_updates_through() -> None:
    text = (DEPLOY / "nginx.conf").read_text()
    assert re.search(r"location /ws \{[^}]*Upgrade \$http_upgrade", text)
