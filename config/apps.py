from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """An app only so that its management commands (seed, demo_info, watchdog) are found."""

    name = "config"
