"""A push service and the browser behind it: takes what RFC 8030 says, checks the signature (VAPID, RFC 8292) with the
key the browser was subscribed with, and decrypts (RFC 8291) as that browser would."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.stubs.server import Call, Stub, run_as_process

CURVE = ec.SECP256R1()


class PushStub(Stub):
    def __init__(self, port: int = 0, **options: Any) -> None:
        super().__init__(port, **options)
        self._browsers: dict[str, tuple[ec.EllipticCurvePrivateKey, bytes, str]] = {}

    def subscribe(self, server_key: str) -> dict[str, Any]:
        """What a browser gives a site that showed it `server_key`."""
        name, key, auth = secrets.token_urlsafe(8), ec.generate_private_key(CURVE), secrets.token_bytes(16)
        self._browsers[name] = key, auth, server_key
        return {
            "endpoint": f"{self.url}/push/{name}",
            "keys": {"p256dh": _written(_point(key.public_key())), "auth": _written(auth)},
        }

    def unsubscribe(self, subscription: dict[str, Any]) -> None:
        del self._browsers[subscription["endpoint"].rpartition("/")[2]]

    def take(self, call: Call) -> tuple[int, dict[str, str], bytes]:
        browser = self._browsers.get(call.path.rpartition("/")[2])
        if browser is None:
            return 410, {}, b"gone"
        headers = {name.lower(): value for name, value in call.headers.items()}
        if "ttl" not in headers or headers.get("content-encoding") != "aes128gcm":
            return 400, {}, b"TTL and aes128gcm are asked for"
        if not _signed_by(headers.get("authorization", ""), browser[2], self.url):
            return 403, {}, b"not the key it was subscribed with"
        if len(call.raw) > 4096:
            return 413, {}, b"too long"
        call.made["shown"] = json.loads(_decrypted(call.raw, browser[0], browser[1]))
        call.made["urgency"] = headers.get("urgency")
        return 201, {"Location": f"{self.url}/message/{secrets.token_urlsafe(8)}"}, b""


def _signed_by(authorization: str, server_key: str, audience: str) -> bool:
    scheme, _, rest = authorization.partition(" ")
    told = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
    if scheme != "vapid" or told.get("k") != server_key or told.get("t", "").count(".") != 2:
        return False
    head, claims, signature = told["t"].split(".")
    said, raw = json.loads(_read(claims)), _read(signature)
    key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, _read(server_key))
    der = utils.encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    try:
        key.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return said["aud"] == audience and time.time() < said["exp"] <= time.time() + 86400 and bool(said["sub"])


def _decrypted(body: bytes, key: ec.EllipticCurvePrivateKey, auth: bytes) -> bytes:
    salt, length = body[:16], body[20]
    sender, sealed = body[21 : 21 + length], body[21 + length :]
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender))
    info = b"WebPush: info\0" + _point(key.public_key()) + sender
    secret = _expand(_extract(auth, shared), info, 32)
    both = _extract(salt, secret)
    nonce = _expand(both, b"Content-Encoding: nonce\0", 12)
    content_key = _expand(both, b"Content-Encoding: aes128gcm\0", 16)
    return AESGCM(content_key).decrypt(nonce, sealed, None).rstrip(b"\0").removesuffix(b"\2")


def _extract(salt: bytes, secret: bytes) -> bytes:
    return hmac.new(salt, secret, hashlib.sha256).digest()


def _expand(key: bytes, info: bytes, length: int) -> bytes:
    return hmac.new(key, info + b"\1", hashlib.sha256).digest()[:length]


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _read(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


if __name__ == "__main__":
    run_as_process(PushStub)
