#!/usr/bin/env python
"""Django's command line for Watchfloor; `./run manage …` calls it with the services up."""

import os
import sys

# It reads one file and touches no installation, so it asks for none of the settings that a real one must have.
ALONE = "roster_preview"

if __name__ == "__main__":
    if sys.argv[1:2] == [ALONE]:
        os.environ.setdefault("WATCHFLOOR_ENV", "demo")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
