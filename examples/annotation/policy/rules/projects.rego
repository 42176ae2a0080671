package annotation.projects

import data.annotation.common
import rego.v1

default allow := false

allow if common.is_admin

allow if {
	input.scope == "view"
	common.is_member
}

allow if {
	input.scope == "create"
	common.at_least("supervisor")
}

allow if {
	input.scope in {"update", "delete"}
	common.at_least("maintainer")
}

allow if {
	input.scope == "update"
	common.is_member
	common.holds(input.resource)
}

allow if {
	input.scope == "delete"
	common.is_member
	common.owns(input.resource)
}

visible contains {} if common.is_admin

visible contains {"organization__in": common.organizations_from("worker")}
