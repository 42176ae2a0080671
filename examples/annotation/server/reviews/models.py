"""Issues and comments. ``facts()`` is what the policy's rules may know about an object."""

from django.conf import settings
from django.db import models

from common.models import Dated
from projects.models import Job

USER = settings.AUTH_USER_MODEL


class Issue(Dated):
    """A remark on a place in a frame of a job."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="issues")
    frame = models.PositiveIntegerField()
    position = models.JSONField(default=list)
    owner = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    assignee = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    resolved = models.BooleanField(default=False)

    def __str__(self):
        return f"issue {self.pk}"

    def facts(self):
        job = self.job.facts()
        return {
            "id": self.pk,
            "organization": job["organization"],
            "owner": self.owner_id,
            "assignee": self.assignee_id,
            "job": job,
        }


class Comment(Dated):
    """A message under an issue."""

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="comments")
    owner = models.ForeignKey(USER, models.SET_NULL, null=True, related_name="+")
    message = models.TextField()

    def __str__(self):
        return self.message[:40]

    def facts(self):
        issue = self.issue.facts()
        return {"id": self.pk, "organization": issue["organization"], "owner": self.owner_id, "issue": issue}
