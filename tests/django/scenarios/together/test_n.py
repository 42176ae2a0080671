"""N: asynchronous tests make rows, which the next ones do not see."""

import migrated
import pytest
from asgiref.sync import sync_to_async
from shop.models import Category

pytestmark = [pytest.mark.anyio, pytest.mark.django_db]


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="module")
def toys():
    return Category.objects.create(name="toys")


@pytest.mark.parametrize("time", [1, 2])
async def test_rows(toys, time):
    assert await sync_to_async(migrated.names)() == {"toys"}
    await Category.objects.acreate(name="asynchronous")
    assert await Category.objects.acount() == 4


@pytest.mark.parametrize("time", [1, 2])
async def test_requests(toys, async_client, time):
    reply = await async_client.post("/categories/", {"name": "asynchronous"})
    assert reply.json() == {"names": ["books", "tea", "toys", "asynchronous"]}


def test_synchronous(toys):
    assert migrated.names() == {"toys"}
