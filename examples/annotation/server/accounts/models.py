"""Who uses the platform: users with a role on it, organizations, memberships with a role in them."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property

from common.models import Dated


class UserManager(BaseUserManager):
    """Makes users with hashed passwords."""

    def create_user(self, username, password=None, **fields):
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """Somebody who can sign in."""

    class Role(models.TextChoices):
        ADMIN = "admin"
        USER = "user"
        WORKER = "worker"

    username = models.CharField(max_length=50, unique=True)
    email = models.EmailField(blank=True)
    first_name = models.CharField(max_length=50, blank=True)
    last_name = models.CharField(max_length=50, blank=True)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.USER)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    USERNAME_FIELD = "username"
    objects = UserManager()

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return self.username

    @cached_property
    def standing(self):
        """The user's memberships as the policy reads them, asked once a request."""
        return list(self.memberships.values("organization", "role"))

    def facts(self):
        return {"id": self.pk, "role": self.role, "memberships": self.standing}


class Organization(Dated):
    """A company that annotates; everything else belongs to one."""

    slug = models.SlugField(max_length=16, unique=True)
    name = models.CharField(max_length=64)
    owner = models.ForeignKey(User, models.PROTECT, related_name="owned_organizations")
    members = models.ManyToManyField(User, through="Membership", related_name="organizations")

    def __str__(self):
        return self.slug

    def facts(self):
        return {"id": self.pk, "organization": self.pk, "owner": self.owner_id}


class Membership(models.Model):
    """A user's role in an organization."""

    class Role(models.TextChoices):
        OWNER = "owner"
        MAINTAINER = "maintainer"
        SUPERVISOR = "supervisor"
        WORKER = "worker"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.WORKER)
    joined = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["organization", "user"], name="one_membership_per_user")]

    def __str__(self):
        return f"{self.user} in {self.organization}"

    def facts(self):
        return {"id": self.pk, "organization": self.organization_id, "user": self.user_id, "role": self.role}
