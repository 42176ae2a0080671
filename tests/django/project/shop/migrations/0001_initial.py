"""Tables, first rows, and a table that Django does not manage."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def add_categories(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Add what every shop has."""
    categories = apps.get_model("shop", "Category").objects.using(editor.connection.alias)
    for name in ("books", "tea"):
        categories.create(name=name)


class Migration(migrations.Migration):
    """The one migration."""

    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        migrations.CreateModel(
            "Category",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=50, unique=True)),
            ],
        ),
        migrations.CreateModel(
            "Tag",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=50)),
            ],
        ),
        migrations.CreateModel(
            "Rate",
            [
                ("currency", models.CharField(max_length=3, primary_key=True, serialize=False)),
                ("value", models.IntegerField()),
            ],
            options={"db_table": "shop_rate", "managed": False},
        ),
        migrations.CreateModel(
            "Product",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=50, unique=True)),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="products", to="shop.category"
                    ),
                ),
                ("tags", models.ManyToManyField(related_name="products", to="shop.tag")),
            ],
        ),
        migrations.RunSQL(
            "CREATE TABLE shop_rate (currency varchar(3) PRIMARY KEY, value integer NOT NULL)", "DROP TABLE shop_rate"
        ),
        migrations.RunSQL("INSERT INTO shop_rate VALUES ('EUR', 100)", migrations.RunSQL.noop),
        migrations.RunPython(add_categories, migrations.RunPython.noop),
    ]
