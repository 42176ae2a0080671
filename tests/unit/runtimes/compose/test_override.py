"""What is laid over the files of a project, as text."""

from __future__ import annotations

from pathlib import Path

from statusquo.runtimes.compose import override, project
from statusquo.runtimes.compose.override import Laid

CONFIG = """{
  "name": "shop",
  "services": {
    "db": {"image": "postgres:18", "container_name": "shop_db", "restart": "always", "environment": {"P": "a$$b"},
      "tmpfs": ["/tmp:size=64m", "/var/lib/postgresql/data"]},
    "web": {"build": {"context": "."}, "expose": ["8000"], "depends_on": {"db": {"condition": "service_healthy"}}},
    "quiet": {"image": "busybox", "healthcheck": {"disable": true}}
  },
  "volumes": {"media": {"name": "x"}, "rest": {"external": true}},
  "networks": {"default": {"name": "shop_default"}}
}"""


def test_a_private_copy_of_a_project() -> None:
    shop = project.from_json(CONFIG, (Path("/shop/compose.yml"),))
    laid = {
        "db": Laid((40001, 5432), data="/var/lib/postgresql/data", tmpfs=("/tmp:size=64m",)),
        "web": Laid(env={"SECRET": "a$b"}),
    }
    folders, labels = {"media": Path("/run/folders/media")}, {"statusquo.run": "r1"}
    assert override.render(shop, laid, folders, labels=labels, host="unix:///run/docker.sock") == (
        """x-engine: "unix:///run/docker.sock"
services:
  "db":
    container_name: !reset null
    ports: !override ["127.0.0.1:40001:5432"]
    restart: "no"
    logging: !override {"driver": "json-file"}
    labels: {"statusquo.run": "r1"}
    healthcheck: {"interval": "1s"}
    tmpfs: !override ["/tmp:size=64m"]
    volumes: [{"type": "volume", "target": "/var/lib/postgresql/data"}]
  "web":
    container_name: !reset null
    ports: !override []
    restart: "no"
    logging: !override {"driver": "json-file"}
    labels: {"statusquo.run": "r1"}
    image: "shop-web"
    healthcheck: {"interval": "1s"}
    environment: {"SECRET": "a$$b"}
  "quiet":
    container_name: !reset null
    ports: !override []
    restart: "no"
    logging: !override {"driver": "json-file"}
    labels: {"statusquo.run": "r1"}
volumes:
  "media": !override {"labels": {"statusquo.run": "r1"}, "driver_opts": """
        """{"type": "none", "o": "bind", "device": "/run/folders/media"}}
  "rest": !override {"labels": {"statusquo.run": "r1"}}
networks:
  "default": !override {"labels": {"statusquo.run": "r1"}}
"""
    )


def test_a_value_is_read_as_the_container_sees_it() -> None:
    shop = project.from_json(CONFIG, (Path("/shop/compose.yml"),))
    assert shop.services["db"].environment == {"P": "a$b"}
