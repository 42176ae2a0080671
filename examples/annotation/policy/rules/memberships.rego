package annotation.memberships

import data.annotation.common
import rego.v1

default allow := false

allow if {
	input.scope in {"view", "delete"}
	common.is_admin
}

allow if {
	input.scope == "view"
	common.is_member
}

# Who joins is ranked below the one who lets them in.
allow if {
	input.scope == "create"
	may_manage
	may_give(input.resource.role)
}

allow if {
	input.scope in {"update", "delete"}
	may_manage
	is_above(input.resource.role)
}

allow if {
	input.scope == "grant"
	may_manage
	may_give(input.resource.granted)
}

# Anybody may leave.
allow if {
	input.scope == "delete"
	input.resource.user == input.user.id
}

may_manage if common.is_admin

may_manage if common.at_least("maintainer")

# An organization has one owner, whom nobody appoints.
may_give(role) if {
	role != "owner"
	is_above(role)
}

is_above(role) if {
	common.is_admin
	role != "owner"
}

is_above(role) if common.rank > common.ranks[role]

visible contains {} if common.is_admin

visible contains {"organization__in": common.organizations_from("worker")}
