"""`python -m devstack.uncollected X`: manage.py X without the cycle collector, which costs
`migrate` and the seed a fifth of their time; a process this short gives its memory back by ending.
"""

import gc
import runpy
import sys

if __name__ == "__main__":
    gc.disable()
    sys.argv[0] = "manage.py"
    runpy.run_path("manage.py", run_name="__main__")
