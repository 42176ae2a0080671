"""``python -m goods.fill``: a database with some rows of every model."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

import django

django.setup()

from django.contrib.auth.models import Group, Permission, User  # noqa: E402 - it reads the settings
from django.contrib.contenttypes.models import ContentType  # noqa: E402 - as above
from django.contrib.sessions.models import Session  # noqa: E402 - as above
from django.core.management import call_command  # noqa: E402 - as above

from goods.models import Bin, Count, Item, Loan, Machine, Manual, Note, Offer  # noqa: E402 - as above

call_command("migrate", verbosity=0)
moment = datetime(2026, 1, 5, 10, 0, 0, 123456, UTC)
hall = Bin.objects.create(code="hall")
shelf = Bin.objects.create(code="shelf", inside=hall)
shelf.near.add(hall)
keepers = Group.objects.create(name="kéepers")
keepers.permissions.set(Permission.objects.filter(content_type__app_label="goods", codename__contains="bin"))
ada = User.objects.create(username="ada", password="!", date_joined=moment, last_login=moment)
ada.groups.add(keepers)
lamp = Item.objects.create(
    id=UUID("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
    name='lamp "\n"',
    amount=3,
    is_fragile=True,
    weight=0.1,
    price=Decimal("1.50"),
    made=date(2026, 1, 5),
    opens=time(10, 0, 0, 500000),
    lasts=-timedelta(days=1, microseconds=7),
    facts={"b": [1.0, None, 2], "a": "é"},
    seal=b"\x00\xff",
    picture="lamps/1.png",
    grade="b",
    code=31,
    bin=shelf,
)
lamp.readers.set(Permission.objects.filter(content_type__app_label="auth", codename__startswith="add"))
Offer.objects.create(item_id=lamp.pk)
Loan.objects.create(item=lamp, group=keepers, user=ada)
saw = Machine.objects.create(id=UUID("11111111-9c0b-4ef8-bb6d-6bb9bd380a11"), name="saw", price=2, grade="a", volts=230)
Manual.objects.create(machine=saw, text="Mind your fingers.")
Note.objects.create(kind=ContentType.objects.get_for_model(Machine), of=str(saw.pk))
Note.objects.create(kind=ContentType.objects.get_for_model(User), of=str(ada.pk))
Count.objects.create(bin=hall, day=date(2026, 1, 6), seen=7)
Count.objects.create(bin=hall, day=date(2026, 1, 5), seen=8)
Session.objects.create(session_key="k", session_data="", expire_date=moment)
Item.objects.update(added=moment, changed=moment)
