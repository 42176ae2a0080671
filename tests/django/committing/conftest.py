import pytest

pytest.register_assert_rewrite("world")
