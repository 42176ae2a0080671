package annotation.comments

import data.annotation.common
import rego.v1

default allow := false

allow if common.is_admin

allow if {
	input.scope in {"view", "create"}
	common.at_least("supervisor")
}

allow if {
	input.scope in {"view", "create"}
	common.is_member
	is_involved
}

# Nobody changes what another one said; maintainers may take it away.
allow if {
	input.scope in {"view", "update", "delete"}
	common.is_member
	common.owns(input.resource)
}

allow if {
	input.scope == "delete"
	common.at_least("maintainer")
}

is_involved if common.holds(input.resource.issue)

is_involved if input.resource.issue.job.assignee == input.user.id

is_involved if common.holds(input.resource.issue.job.task)

visible contains {} if common.is_admin

visible contains {"issue__job__task__project__organization__in": common.organizations_from("supervisor")}

visible contains lookup if {
	some field in {
		"owner", "issue__owner", "issue__assignee",
		"issue__job__assignee", "issue__job__task__owner", "issue__job__task__assignee",
	}
	lookup := {
		"issue__job__task__project__organization__in": common.organizations_from("worker"),
		field: input.user.id,
	}
}
