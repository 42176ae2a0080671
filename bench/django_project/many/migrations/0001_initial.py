"""All tables, and the rows that every test counts on."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from many.models import MANY, fields

ROWS = 2000


def seed(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """The same number of rows in each table."""
    for number in range(MANY):
        model = apps.get_model("many", f"Model{number}")
        model.objects.bulk_create([model(name=f"row {row}") for row in range(ROWS // MANY)])


class Migration(migrations.Migration):
    """The one migration."""

    initial = True
    operations = [
        *(
            migrations.CreateModel(
                f"Model{number}",
                [("id", models.BigAutoField(primary_key=True, serialize=False)), *fields(number).items()],
            )
            for number in range(MANY)
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
