package annotation.server

import data.annotation.common
import rego.v1

default allow := false

allow if common.is_admin
