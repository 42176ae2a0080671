package annotation.users

import data.annotation.common
import rego.v1

default allow := false

allow if common.is_admin

allow if {
	input.scope in {"view", "update"}
	input.resource.id == input.user.id
}

allow if {
	input.scope == "view"
	some theirs in input.resource.memberships
	some ours in input.user.memberships
	theirs.organization == ours.organization
}

visible contains {} if common.is_admin

visible contains {"id": input.user.id}

visible contains {"memberships__organization__in": common.organizations_from("worker")}
