# What the rules of several resources say. input: {scope, user: {id, role, memberships}, resource: {organization, ...}}
package annotation.common

import rego.v1

ranks := {"worker": 1, "supervisor": 2, "maintainer": 3, "owner": 4}

is_admin if input.user.role == "admin"

# The user's role in the organization of the resource; undefined for strangers.
role := membership.role if {
	some membership in input.user.memberships
	membership.organization == input.resource.organization
}

rank := ranks[role]

is_member if role

at_least(name) if rank >= ranks[name]

# Where the user has that role or a higher one.
organizations_from(name) := {membership.organization |
	some membership in input.user.memberships
	ranks[membership.role] >= ranks[name]
}

owns(thing) if thing.owner == input.user.id

holds(thing) if owns(thing)

holds(thing) if thing.assignee == input.user.id
