"""Compiles every template of ours and collects the static files as production would.

Run inside .venv, it alone of these rooms needs Django; it writes nothing into the checkout.
"""

import os
import sys
import tempfile

from devstack.places import ROOT


def broken_templates() -> list[str]:
    from django.template import TemplateSyntaxError, engines

    problems = []
    home = ROOT / "templates"
    for path in sorted(home.rglob("*.html")):
        try:
            engines["django"].get_template(str(path.relative_to(home)))
        except TemplateSyntaxError as error:
            problems.append(f"{path.relative_to(ROOT)}: {error}")
    return problems


def broken_static_files() -> list[str]:
    """A stylesheet that names a missing file fails only once names carry hashes."""
    from django.conf import settings
    from django.core.management import CommandError, call_command

    with tempfile.TemporaryDirectory() as place:
        settings.STATIC_ROOT = place
        try:
            call_command("collectstatic", interactive=False, verbosity=0)
        except (CommandError, ValueError) as error:
            return [f"collectstatic: {error}"]
    return []


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    problems = broken_templates() + broken_static_files()
    print("\n".join(problems), end="\n" if problems else "")
    sys.exit(bool(problems))
