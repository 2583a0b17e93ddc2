"""The rooms behind ./run: an environment, real servers from wheels, a supervisor.

Standard library only, because it runs before anything is installed; it knows the
console by its commands alone.
"""
