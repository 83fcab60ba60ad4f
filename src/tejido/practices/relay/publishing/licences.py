"""The licences that an edition can have, by an SPDX-like name; where each is written out."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CC = "https://creativecommons.org/licenses"

LICENCES: Mapping[str, tuple[Promise, str]] = {
    "CC-BY-NC-SA-4.0": (
        _("Share and adapt with attribution, not for profit, under the same terms"),
        f"{CC}/by-nc-sa/4.0/",
    ),
    "CC-BY-SA-4.0": (_("Share and adapt with attribution, under the same terms"), f"{CC}/by-sa/4.0/"),
    "CC-BY-4.0": (_("Share and adapt with attribution"), f"{CC}/by/4.0/"),
    "CC-BY-NC-ND-4.0": (_("Share unchanged with attribution, not for profit"), f"{CC}/by-nc-nd/4.0/"),
    "CC0-1.0": (_("No conditions"), "https://creativecommons.org/publicdomain/zero/1.0/"),
    "All rights reserved": (_("Ask before using it"), ""),
}
DEFAULT = "CC-BY-NC-SA-4.0"
