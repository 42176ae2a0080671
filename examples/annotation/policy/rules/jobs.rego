package annotation.jobs

import data.annotation.common
import rego.v1

default allow := false

allow if common.is_admin

allow if common.at_least("maintainer")

allow if {
	input.scope in {"view", "assign", "update"}
	common.at_least("supervisor")
}

allow if {
	input.scope in {"view", "update", "annotate"}
	common.is_member
	is_involved
}

is_involved if input.resource.assignee == input.user.id

is_involved if common.holds(input.resource.task)

visible contains {} if common.is_admin

visible contains {"task__project__organization__in": common.organizations_from("supervisor")}

visible contains lookup if {
	some field in {"assignee", "task__owner", "task__assignee"}
	lookup := {
		"task__project__organization__in": common.organizations_from("worker"),
		field: input.user.id,
	}
}
