package annotation.organizations

import data.annotation.common
import rego.v1

default allow := false

allow if common.is_admin

allow if {
	input.scope == "create"
	input.user.role == "user"
}

allow if {
	input.scope == "view"
	common.is_member
}

allow if {
	input.scope == "update"
	common.at_least("maintainer")
}

allow if {
	input.scope == "delete"
	common.at_least("owner")
}

visible contains {} if common.is_admin

visible contains {"id__in": common.organizations_from("worker")}
