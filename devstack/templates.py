"""Compiles every template of ours. Run inside .venv, it alone of these rooms imports Django."""

import os
import sys

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


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    problems = broken_templates()
    print("\n".join(problems), end="\n" if problems else "")
    sys.exit(bool(problems))
