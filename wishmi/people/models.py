"""Persons and their ties. Fiscal codes, indicators, disability and facts of registers are encrypted; fiscal codes have
a blind index.
"""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from wishmi.infra.actor import Role
from wishmi.infra.fields import EncryptedField


class Household(models.Model):
    """A family as it lives together (nucleo): where it lives, which language it reads."""

    ref = models.CharField(max_length=36, unique=True)
    district = models.ForeignKey("territory.District", models.PROTECT, null=True)
    address = models.CharField(max_length=200, blank=True)
    resident = models.BooleanField(default=True)
    lone_parent = models.BooleanField(default=False)
    language = models.CharField(max_length=8, default="it")


class Person(models.Model):
    """A person: guardian, minor or other member of a household."""

    class HouseholdRole(models.TextChoices):
        """What a person is in its household."""

        GUARDIAN = "guardian"
        MINOR = "minor"
        OTHER = "other"

    ref = models.CharField(max_length=36, unique=True)
    household = models.ForeignKey(Household, models.PROTECT, null=True, related_name="persons")
    household_role = models.CharField(max_length=8, choices=HouseholdRole)
    given_name = models.CharField(max_length=80)
    family_name = models.CharField(max_length=80)
    sex = models.CharField(max_length=1, blank=True)
    born_on = models.DateField()
    fiscal_code = EncryptedField()
    fiscal_code_index = models.CharField(max_length=64, unique=True)
    disabled = EncryptedField(null=True)

    @property
    def full_name(self) -> str:
        """Given name and family name."""
        return f"{self.given_name} {self.family_name}"


class Guardianship(models.Model):
    """Who may act for a minor, why, and until when where the proof ends."""

    class Kind(models.TextChoices):
        """The tie, in the words of the call."""

        PARENT = "parent"
        GUARDIAN = "guardian"
        FOSTER_PARENT = "foster_parent"

    guardian = models.ForeignKey(Person, models.CASCADE, related_name="wards")
    minor = models.ForeignKey(Person, models.CASCADE, related_name="guardians")
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.PARENT)
    proof_ends_on = models.DateField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["guardian", "minor"], name="one_tie_per_pair"),)


class IseeAttestation(models.Model):
    """An attested ISEE, stored as INPS attested it; never computed here."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="attestations")
    cents = EncryptedField()
    kind = models.CharField(max_length=16)
    issued_on = models.DateField()
    valid_until = models.DateField()
    dsu_protocol = models.CharField(max_length=40)
    omissions = models.BooleanField(default=False)
    attested = models.BooleanField(default=True)


class RegisterFact(models.Model):
    """A fact of a household, or of one of its persons, as a register attested it; the newest one counts.

    The value is encrypted whatever it is: target groups, benefits and health stand beside plain counts.
    """

    household = models.ForeignKey(Household, models.CASCADE, related_name="register_facts")
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="register_facts")
    name = models.CharField(max_length=32)
    value = EncryptedField()
    """A list of one, so that the answer "there is none" lies encrypted too."""
    register = models.CharField(max_length=24)
    attested_on = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        indexes = (models.Index(fields=["household", "name"]),)


class LoginManager(BaseUserManager["Login"]):
    """Makes logins."""

    def create_login(self, username: str, password: str | None, **fields: object) -> "Login":
        """A login with a password, or with none that could be used."""
        login = self.model(username=username, **fields)
        login.set_password(password)
        login.save()
        return login


class Login(AbstractBaseUser):
    """A way in: for a guardian, a provider's staff or the office. What it may do stands in its role grants."""

    username = models.CharField(max_length=80, unique=True)
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="logins")
    display_name = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    is_demo_persona = models.BooleanField(default=False)
    # The language chosen while signed in; empty as long as none was.
    language = models.CharField(max_length=8, blank=True)

    objects: ClassVar[LoginManager] = LoginManager()
    USERNAME_FIELD = "username"


class RoleGrant(models.Model):
    """One role of a login."""

    login = models.ForeignKey(Login, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=16, choices=[(role.value, role.value) for role in Role])

    class Meta:
        constraints = (models.UniqueConstraint(fields=["login", "role"], name="one_grant_per_role"),)
