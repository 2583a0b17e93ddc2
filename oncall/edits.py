"""A roster's rules as an edit would leave them: what a preview computes from, before anything is saved.

Pure, and the same to layers as `actions.layers` is to their rows, which a test holds.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from oncall.layers import Layer
from oncall.rota import Rota


def with_layer(rota: Rota, layer: Layer, *, replaces: str = "", since: datetime | None, at: datetime) -> Rota:
    """From `since` on (`at` at the earliest) `layer` is in force, in place of the one called `replaces`.
    RotaError for a name that another layer has at that time."""
    since = max(since or at, at)
    kept = _closed(rota, replaces, since, at) if replaces else rota.layers
    begun = replace(layer, effective_from=since, effective_until=None)
    return replace(rota, layers=(*kept, begun))


def without_layer(rota: Rota, name: str, *, since: datetime | None, at: datetime) -> Rota:
    """The layer gives no shifts from `since` on."""
    return replace(rota, layers=tuple(_closed(rota, name, max(since or at, at), at)))


def _closed(rota: Rota, name: str, since: datetime, at: datetime) -> Iterator[Layer]:
    for layer in rota.layers:
        if layer.name != name or (layer.effective_until and layer.effective_until <= since):
            yield layer
        elif layer.effective_from and layer.effective_from >= since:
            continue  # it would only have begun then, and never will
        elif since > at:
            yield replace(layer, effective_until=since)
