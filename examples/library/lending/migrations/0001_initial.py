"""Tables, and the shelves that every library has."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def put_up_shelves(apps, editor):
    """Put up the first two."""
    shelves = apps.get_model("lending", "Shelf").objects.using(editor.connection.alias)
    for name in ("novels", "travel"):
        shelves.create(name=name)


class Migration(migrations.Migration):
    """The one migration."""

    initial = True
    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            "Shelf",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=50, unique=True)),
            ],
        ),
        migrations.CreateModel(
            "Book",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=100)),
                (
                    "shelf",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="books", to="lending.shelf"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            "Loan",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("book", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, to="lending.book")),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="loans", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.RunPython(put_up_shelves, migrations.RunPython.noop),
    ]
