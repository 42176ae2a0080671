package annotation.labels

import data.annotation.common
import rego.v1

default allow := false

allow if common.is_admin

allow if {
	input.scope == "view"
	common.is_member
}

# Labels belong to the project: who may change it may change them.
allow if common.at_least("maintainer")

allow if {
	common.is_member
	common.holds(input.resource.project)
}

visible contains {} if common.is_admin

visible contains {"project__organization__in": common.organizations_from("worker")}
