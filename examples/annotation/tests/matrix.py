"""Permission tables: who may do what, as the cases of a parametrized test."""

import pytest

from world import EVERYBODY


def cases(allowed, people=EVERYBODY):
    """Every action with everybody, from ``{action: those who may}``: (who, action, whether they may)."""
    return [
        pytest.param(
            who, action, who in names.split(), id=f"{who} {'may' if who in names.split() else 'may not'} {action}"
        )
        for action, names in allowed.items()
        for who in people
    ]


def was_allowed(reply):
    """True for success, False for 403; anything else is neither."""
    assert reply.is_success or reply.status_code == 403, f"{reply.status_code}: {reply.text}"
    return reply.is_success
