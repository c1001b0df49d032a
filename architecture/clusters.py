"""What a cluster of a plain script stands for, taken from its words in Portuguese or English."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from architecture.model import GroupKind
from architecture.text import LANGS, langs_of, translate

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["kind_of", "other_cloud"]

_REGION: Final = r"[a-z]{2}(?:-gov)?-(?:north|south|east|west|central)(?:east|west)?-\d"
_SUBNET: Final = r"(?:sub-?nets?|sub-?redes?|sub redes?)"
_PUBLIC: Final = r"(?:public[ao]?s?|dmz)"

_USE: Final = (
    r"(?:aws|prod\w*|dev\w*|stag\w*|homologacao|test\w*|sandbox|security|seguranca|audit\w*|log(?:s|ging)?|management|shared|"
    r"network\w*|rede|member|payer|master|workloads?|tools|backup)"
)
"""What accounts are for: the word alone may be a bank's."""

_RULES: Final = tuple(
    (kind, "|".join(patterns))
    for kind, *patterns in (
        (GroupKind.PUBLIC_SUBNET, rf"\b{_PUBLIC}\b.*\b{_SUBNET}\b", rf"\b{_SUBNET}\b.*\b{_PUBLIC}\b"),
        # One that does not say is taken for private: nothing in it can be reached from outside until somebody says so.
        (GroupKind.PRIVATE_SUBNET, rf"\b{_SUBNET}\b(?! groups?\b)"),
        (GroupKind.SECURITY_GROUP, r"\bsecurity[ -]groups?\b", r"\bgrupos? de seguranca\b", r"^sg\b"),
        (GroupKind.AUTO_SCALING_GROUP, r"\bauto[ -]?scaling\b", r"\bautoescala", r"\bescalonamento auto", r"^asg\b"),
        (
            GroupKind.AVAILABILITY_ZONE,
            r"\bavailability zones?\b", r"\bzonas? de disponibilidade\b", r"^az\b", r"\baz$", rf"^{_REGION}[a-f]$",
        ),
        (GroupKind.SPOT_FLEET, r"\bspot fleet\b", r"\bfrota spot\b"),
        (GroupKind.ELASTIC_BEANSTALK, r"\bbeanstalk\b"),
        (GroupKind.STEP_FUNCTIONS_WORKFLOW, r"\bstep functions?\b"),
        (GroupKind.IOT_GREENGRASS_DEPLOYMENT, r"\bgreengrass deployment\b", r"\bimplantacao .*greengrass\b"),
        (GroupKind.IOT_GREENGRASS, r"\bgreengrass\b"),
        (GroupKind.EC2_INSTANCE_CONTENTS, r"\bec2 instance contents\b", r"\bconteudo da instancia\b"),
        (GroupKind.SERVER_CONTENTS, r"\bserver contents\b", r"\bconteudo do servidor\b"),
        (
            GroupKind.CORPORATE_DATA_CENTER,
            r"\bdata ?cent(?:er|re)s?\b", r"\bcentros? de dados\b", r"\bon[ -]prem(?:ises?)?\b",
            r"\bcorporate network\b", r"\brede corporativa\b",
        ),
        (
            GroupKind.VPC,
            r"\bvpcs?\b(?! (?:endpoint|peering|link|flow))", r"\bvirtual private cloud\b", r"\bnuvem privada virtual\b",
        ),
        (GroupKind.REGION, r"^region\b", r"\bregion$", r"^aws region\b", r"^regiao\b", rf"\b{_REGION}$"),
        (
            GroupKind.ACCOUNT,
            rf"\b{_USE}\b.*\baccount$", rf"^account\b.*\b{_USE}\b", rf"^conta\b.*\b{_USE}\b",
            r"^(?:account|conta)$", r"^(?:account|conta)\b.*\b\d{12}\b", r"^(?:aws account|conta aws)\b",
        ),
        (
            GroupKind.CLOUD,
            r"^aws$", r"\baws cloud\b", r"\bnuvem(?: da)? aws\b", r"^amazon web services\b", r"^(?:cloud|nuvem)$",
        ),
    )
)  # fmt: skip
"""What words mean, the innermost things first: `VPC in Region us-east-1` is a VPC."""

_OTHER_CLOUDS: Final = frozenset(
    {"alibabacloud", "azure", "digitalocean", "gcp", "ibm", "oci", "openstack", "outscale"}
)


def kind_of(label: str) -> GroupKind | None:
    """Return what the words of a cluster say it is, None if they say nothing."""
    for lang in langs_of(label) or LANGS[:1]:
        words = _bare(translate(label, lang))
        for kind, pattern in _RULES:
            if re.search(pattern, words):
                return kind
    return None


def other_cloud(kinds: Iterable[str]) -> bool:
    """Tell whether nodes of these kinds belong to another cloud than AWS, where the same words mean other things."""
    providers = {kind.partition(".")[0] for kind in kinds}
    return "aws" not in providers and not providers.isdisjoint(_OTHER_CLOUDS)


def _bare(words: str) -> str:
    """Return the words in lower case, without accents, on one line."""
    letters = unicodedata.normalize("NFKD", words.lower())
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).replace("_", " ").split())
