"""The harm types: what each is called, how it is looked at, how severe it is at least, and what the rubric
assumes when nobody has said. Reference data: reports keep the codes, and with them the reasoning as it was."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class HarmType:
    """`viewing_class` 0-4 (4 is never rendered); `floor` the least severe a live case may be scored, None
    where only a deadline decides; `assumed` the rubric inputs G I R V U X when not given; `profile` the
    access profile its incidents start with."""

    code: str
    name: str | Promise
    dsa_category: str
    viewing_class: int
    floor: int | None
    assumed: dict[str, int]
    profile: str = "open"


def _harm(code, name, category, viewing_class, floor, assumed, profile="open") -> tuple[str, HarmType]:
    inputs = dict(zip("GIRVUX", map(int, assumed), strict=True))
    return code, HarmType(code, name, category, viewing_class, floor, inputs, profile)


# Assumed inputs are written as six digits in the order G I R V U X.
HARM_TYPES: dict[str, HarmType] = dict(
    [
        _harm("CS1", _("Known child sexual abuse material, cluster"), "PROTECTION_OF_MINORS", 4, 2, "410042", "csea"),
        _harm("CS2", _("New child sexual abuse material"), "PROTECTION_OF_MINORS", 4, 1, "421142", "csea"),
        _harm("CS3", _("Grooming, sextortion or enticement of a minor"), "PROTECTION_OF_MINORS", 3, 1, "431042", "csea"),
        _harm("CS4", _("Minor safety, other"), "PROTECTION_OF_MINORS", 2, 3, "221140"),
        _harm("VT1", _("Terrorist or violent extremist content"), "RISK_FOR_PUBLIC_SECURITY", 3, 2, "322112", "terror"),
        _harm("VT2", _("Livestreamed or perpetrator-filmed attack"), "RISK_FOR_PUBLIC_SECURITY", 3, 0, "442333", "terror"),
        _harm("VT3", _("Credible threat or incitement to violence"), "VIOLENCE", 1, 1, "331121"),
        _harm("VT4", _("Graphic violence or torture"), "VIOLENCE", 3, 3, "222110"),
        _harm("VT5", _("Human trafficking or exploitation"), "VIOLENCE", 2, 2, "331021"),
        _harm("SH1", _("Suicide or self-harm in progress"), "SELF_HARM", 3, 0, "441122"),
        _harm("SH2", _("Suicide, self-harm or eating disorder trend"), "SELF_HARM", 3, 2, "322231"),
        _harm("SH3", _("Dangerous or hoax challenge"), "SELF_HARM", 2, 3, "222231"),
        _harm("SX1", _("Intimate images without consent"), "CYBER_VIOLENCE", 3, 2, "331121"),
        _harm("SX2", _("Adult sexual violence"), "CYBER_VIOLENCE", 3, 2, "421120"),
        _harm("HA1", _("Coordinated harassment"), "CYBER_VIOLENCE", 1, 3, "231220"),
        _harm("HA2", _("Doxxing, stalking or swatting"), "CYBER_VIOLENCE", 1, 2, "231220"),
        _harm("HA3", _("Hate speech surge"), "ILLEGAL_OR_HARMFUL_SPEECH", 1, 3, "222231"),
        _harm("IN1", _("Election or civic misinformation"), "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS", 0, 3, "222212"),
        _harm("IN2", _("Coordinated inauthentic behaviour"), "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS", 0, 2, "322212"),
        _harm("IN3", _("Crisis or health misinformation, synthetic media"), "RISK_FOR_PUBLIC_SECURITY", 1, 3, "222221"),
        _harm("FR1", _("Scams, fraud, account takeover, regulated goods"), "SCAMS_AND_FRAUD", 0, 3, "132220"),
        _harm("AN1", _("Animal cruelty"), "ANIMAL_WELFARE", 3, 3, "222111"),
        _harm("GV1", _("Government or court demand"), "STATEMENT_BY_ORDER", 0, None, "100002"),
        _harm("DL1", _("Data leak, boundary breach or tool misuse"), "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", 0, 1, "330122", "insider"),
        _harm("UN1", _("Not classified yet"), "", 2, 3, "221111"),
    ]
)  # fmt: skip
