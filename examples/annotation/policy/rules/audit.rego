package annotation.audit

import data.annotation.common
import rego.v1

visible contains {} if common.is_admin

visible contains {"organization__in": common.organizations_from("maintainer")}
