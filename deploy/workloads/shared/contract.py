"""What the template, the function and the app agree on: prefixes of keys, and names of variables."""

from __future__ import annotations

from typing import Literal

Lang = Literal["pt", "en"]
"""The languages that people are spoken to in."""

INCOMING = "incoming/"
"""People upload here. Only objects here start a function."""

PROCESSED = "processed/"
"""What a function makes."""

REJECTED = "rejected/"
"""Why a file was not accepted, one JSON document a file."""

JOBS = "jobs/"
"""What a training instance is to do next."""

MODELS = "models/"
"""What a training instance has made."""

APP_URL = "APP_URL"
"""Variable of the function: where the app listens, empty without one."""

OUTPUT_BUCKET = "OUTPUT_BUCKET"
"""Variable of the function: the bucket that it writes into, empty without one."""

INSTANCE_ID = "INSTANCE_ID"
"""Variable of the function: the instance that it starts, empty without one."""

MAX_BYTES = "MAX_BYTES"
"""Variable of the function: the size in bytes above which it rejects an object."""

STACK = "STACK"
"""Variable of function and app: the name of the stack."""

METRICS = "Desenho"
"""The namespace of our own metrics."""

DISK_USED = "DataVolumeUsedPercent"
"""The metric that tells how full the data volume is, from 0 to 100, by the dimension Stack."""

DESCRIPTION = "x-description"
"""Header of a file on its way to the app: what is known of it, JSON, percent-encoded."""

ORDER = "x-order"
"""Header of a small picture on its way to the app: the order of the event of the file that it shows."""

LINK = "x-link"
"""Header of a file on its way to the app: where the app gets its content, which is then not in the body."""

LINKS = "LINKS"
"""Variable of the app: the origins, separated by commas, that a link may lead to. Without it: S3's own."""

DATA_BYTES = "DATA_BYTES"
"""Variable of the app: the size of its volume in bytes, where the folder's disk is larger."""
