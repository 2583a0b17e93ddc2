"""Reading request bodies: bounded, strict JSON only."""

from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

from accounts import strict_json

MOST_BYTES = 512 * 1024


class TooLarge(APIException):
    status_code = 413
    default_detail = f"The body is larger than {MOST_BYTES // 1024} KB."
    default_code = "too_large"


class StrictJSONParser(BaseParser):
    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None):
        raw = stream.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise TooLarge
        try:
            return strict_json.loads(raw)
        except strict_json.BadJSONError as error:
            raise ParseError(str(error)) from None
