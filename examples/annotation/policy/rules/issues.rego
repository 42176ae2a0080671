package annotation.issues

import data.annotation.common
import rego.v1

default allow := false

allow if common.is_admin

allow if common.at_least("maintainer")

allow if {
	input.scope in {"view", "create"}
	common.at_least("supervisor")
}

allow if {
	input.scope in {"view", "create", "update"}
	common.is_member
	is_involved
}

allow if {
	input.scope in {"view", "update", "delete"}
	common.is_member
	common.owns(input.resource)
}

is_involved if input.resource.assignee == input.user.id

is_involved if input.resource.job.assignee == input.user.id

is_involved if common.holds(input.resource.job.task)

visible contains {} if common.is_admin

visible contains {"job__task__project__organization__in": common.organizations_from("supervisor")}

visible contains lookup if {
	some field in {"owner", "assignee", "job__assignee", "job__task__owner", "job__task__assignee"}
	lookup := {
		"job__task__project__organization__in": common.organizations_from("worker"),
		field: input.user.id,
	}
}
