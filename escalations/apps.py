from django.apps import AppConfig


class EscalationsConfig(AppConfig):
    name = "escalations"

    def ready(self):
        from escalations import receivers  # noqa: F401  facts from below are heard from here on
