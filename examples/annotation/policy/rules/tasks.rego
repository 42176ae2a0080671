package annotation.tasks

import data.annotation.common
import rego.v1

default allow := false

allow if common.is_admin

allow if {
	input.scope == "view"
	common.is_member
}

allow if {
	input.scope in {"create", "export"}
	common.at_least("supervisor")
}

allow if common.at_least("maintainer")

allow if {
	input.scope in {"create", "update", "delete", "export", "import", "annotate"}
	common.is_member
	common.holds(input.resource.project)
}

allow if {
	input.scope in {"update", "export", "import", "annotate"}
	common.is_member
	common.holds(input.resource)
}

# A draft has its maker as the owner, so this is no way to make one.
allow if {
	input.scope == "delete"
	common.is_member
	common.owns(input.resource)
}

visible contains {} if common.is_admin

visible contains {"project__organization__in": common.organizations_from("worker")}
