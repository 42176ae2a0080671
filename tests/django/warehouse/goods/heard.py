"""``python -m goods.heard FILE``: what receivers hear and change, by Django's ``loaddata`` and by ours."""

import json
import sys

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402 - it reads the settings
from django.core.management import call_command  # noqa: E402 - as above
from django.core.management.commands.loaddata import Command as Stock  # noqa: E402 - as above
from django.db import transaction  # noqa: E402 - as above
from django.db.models.signals import m2m_changed, post_save, pre_save  # noqa: E402 - as above

from goods.models import Bin, Item  # noqa: E402 - as above
from statusquo.django.loaddata.management.commands.loaddata import Command as Ours  # noqa: E402 - as above
from statusquo.django.loading import signals  # noqa: E402 - as above

heard = []


def said(told):
    """What a receiver is told, in an order."""
    return [(name, str(told[name])) for name in sorted(told) if name != "signal"]


def before(sender, instance, **told):
    """Change what is about to be written."""
    heard.append(["pre", sender.__name__, str(instance.pk), *said(told)])
    if isinstance(instance, Item):
        instance.amount, instance.code, instance.made = 9, 17, None


def after(sender, instance, **told):
    """Note it."""
    heard.append(["post", sender.__name__, str(instance.pk), *said(told)])


def pairs(sender, instance, **told):
    """Note it."""
    heard.append([sender.__name__, str(instance.pk), *said(told)])


def loaded(command):
    """What is heard, and what is there then."""
    heard.clear()
    with transaction.atomic():
        for _ in range(2):
            call_command(command, sys.argv[1], verbosity=0)
        found = [list(each) for each in Item.objects.values_list("amount", "code", "made")]
        transaction.set_rollback(True)
    return [sorted(map(str, heard)), found]


call_command("migrate", verbosity=0)
for signal, receiver in ((pre_save, before), (post_save, after)):
    for model in (Bin, Item, User):
        signal.connect(receiver, sender=model)
m2m_changed.connect(pairs, sender=Item.readers.through)
m2m_changed.connect(pairs, sender=Bin.near.through)
json.dump([loaded(Stock()), loaded(Ours()), signals.receivers(["goods.item", "goods.bin"])], sys.stdout)
