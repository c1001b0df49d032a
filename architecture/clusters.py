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

_REGION: Final = r"(?:us|eu|ap|sa|ca|af|me|il|mx)(?:-gov)?-(?:north|south|east|west|central|northeast|northwest|southeast|southwest)-\d"
_SUBNET: Final = r"(?:sub-?nets?|sub-?redes?|sub redes?)"
_PUBLIC: Final = r"(?:public[ao]?s?|dmz)"

_RULES: Final = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (GroupKind.PUBLIC_SUBNET, rf"\b{_PUBLIC}\b.*\b{_SUBNET}\b|\b{_SUBNET}\b.*\b{_PUBLIC}\b"),
        # One that does not say is taken for private: nothing in it can be reached from outside until somebody says so.
        (GroupKind.PRIVATE_SUBNET, rf"\b{_SUBNET}\b(?! groups?\b)"),
        (GroupKind.SECURITY_GROUP, r"\bsecurity[ -]groups?\b|\bgrupos? de seguranca\b|^sg\b(?!-)|^sg-[0-9a-z]+"),
        (GroupKind.AUTO_SCALING_GROUP, r"\bauto[ -]?scaling\b|\bautoescala\w*|\bescalonamento automatico\b|^asg\b"),
        (GroupKind.AVAILABILITY_ZONE, rf"\bavailability zones?\b|\bzonas? de disponibilidade\b|^az\b|\baz$|^{_REGION}[a-f]$"),
        (GroupKind.SPOT_FLEET, r"\bspot fleet\b|\bfrota spot\b"),
        (GroupKind.ELASTIC_BEANSTALK, r"\bbeanstalk\b"),
        (GroupKind.STEP_FUNCTIONS_WORKFLOW, r"\bstep functions?\b"),
        (GroupKind.IOT_GREENGRASS_DEPLOYMENT, r"\bgreengrass deployment\b|\bimplantacao (?:do )?(?:iot )?greengrass\b"),
        (GroupKind.IOT_GREENGRASS, r"\bgreengrass\b"),
        (GroupKind.EC2_INSTANCE_CONTENTS, r"\bec2 instance contents\b|\bconteudo da instancia\b"),
        (GroupKind.SERVER_CONTENTS, r"\bserver contents\b|\bconteudo do servidor\b"),
        (
            GroupKind.CORPORATE_DATA_CENTER,
            r"\bdata ?cent(?:er|re)s?\b|\bon[ -]prem(?:ises?)?\b|\bcentros? de dados\b|\bcorporate network\b|\brede corporativa\b",
        ),
        (GroupKind.VPC, r"\bvpcs?\b(?! (?:endpoint|peering|link|flow))|\bvirtual private cloud\b|\bnuvem privada virtual\b"),
        (GroupKind.REGION, rf"^region\b|\bregion$|^aws region\b|^regiao\b|\b{_REGION}$"),
        (GroupKind.ACCOUNT, r"\baws account\b|\bconta(?: da)? aws\b|^account$|^conta$|^(?:account|conta)\b.*\b\d{12}\b"),
        (GroupKind.CLOUD, r"^aws$|\baws cloud\b|\bnuvem(?: da)? aws\b|^amazon web services\b|^cloud$|^nuvem$"),
    )
)

_OTHER_CLOUDS: Final = frozenset(
    {"alibabacloud", "azure", "digitalocean", "gcp", "ibm", "oci", "openstack", "outscale"}
)


def kind_of(label: str) -> GroupKind | None:
    """Return what the words of a cluster say it is, None if they say nothing."""
    for lang in langs_of(label) or LANGS[:1]:
        words = _bare(translate(label, lang))
        for kind, pattern in _RULES:
            if pattern.search(words):
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
