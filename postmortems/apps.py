from django.apps import AppConfig


class PostmortemsConfig(AppConfig):
    name = "postmortems"

    def ready(self):
        from postmortems import receivers  # noqa: F401  facts from below are heard from here on
