from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class CoreConfig(AppConfig):
    name = "suhui.platform.core"
    label = "core"

    def ready(self) -> None:
        """Let every room put itself on the registries: handlers of events, navigation, topics, providers."""
        for config in apps.get_app_configs():
            if not config.name.startswith("suhui."):
                continue
            for module in ("handlers", "registrations"):
                name = f"{config.name}.{module}"
                if find_spec(name) is not None:
                    import_module(name)
