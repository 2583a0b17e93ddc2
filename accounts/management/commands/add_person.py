"""Adds a person from the command line: the first ones, before anybody can sign in."""

from getpass import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts import clock
from accounts.actions import people
from accounts.roles import Role


class Command(BaseCommand):
    help = "Adds a person who may sign in. Asks for the password, or takes it from standard input."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("name")
        parser.add_argument(
            "--role", action="append", default=[], choices=Role.values, help="may be repeated"
        )

    def handle(self, *args, email, name, role, **options):
        password = getpass("Password: ")
        try:
            validate_password(password)
            people.add(email=email, name=name, password=password, roles=role, at=clock.now())
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(f"{name} may sign in as {email}.")
