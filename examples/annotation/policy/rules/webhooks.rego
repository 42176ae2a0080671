package annotation.webhooks

import data.annotation.common
import rego.v1

default allow := false

allow if common.is_admin

allow if common.at_least("maintainer")

visible contains {} if common.is_admin

visible contains {"organization__in": common.organizations_from("maintainer")}
