"""Let a drawn suite say what it saw."""

import pytest

pytest.register_assert_rewrite("play")
