"""As makemigrations wrote it, and the view."""

import uuid

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import goods.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Report",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
            ],
            options={
                "db_table": "goods_report",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=20)),
                ("amount", models.PositiveSmallIntegerField(default=1)),
                ("is_fragile", models.BooleanField(default=False)),
                ("weight", models.FloatField(null=True)),
                ("price", models.DecimalField(decimal_places=2, max_digits=8)),
                (
                    "doubled",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            models.F("amount"), "*", models.Value(2)
                        ),
                        output_field=models.IntegerField(),
                    ),
                ),
                ("made", models.DateField(null=True)),
                ("opens", models.TimeField(null=True)),
                ("lasts", models.DurationField(null=True)),
                ("facts", models.JSONField(default=dict)),
                ("seal", models.BinaryField(null=True)),
                ("picture", models.FileField(blank=True, upload_to="")),
                ("grade", models.CharField(choices=[("a", "good"), ("b", "bad")], max_length=1)),
                ("added", models.DateTimeField(auto_now_add=True)),
                ("changed", models.DateTimeField(auto_now=True)),
                ("code", goods.models.Hex(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Bin",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(db_column="bin_code", max_length=8, unique=True)),
                ("inside", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to="goods.bin")),
                ("near", models.ManyToManyField(to="goods.bin")),
            ],
        ),
        migrations.CreateModel(
            name="Count",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "bin", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                ("seen", models.IntegerField()),
                ("bin", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="goods.bin")),
            ],
        ),
        migrations.CreateModel(
            name="Machine",
            fields=[
                (
                    "item_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="goods.item",
                    ),
                ),
                ("volts", models.IntegerField()),
            ],
            bases=("goods.item",),
        ),
        migrations.AddField(
            model_name="item",
            name="bin",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, to="goods.bin", to_field="code"
            ),
        ),
        migrations.AddField(
            model_name="item",
            name="readers",
            field=models.ManyToManyField(to="auth.permission"),
        ),
        migrations.CreateModel(
            name="CheapItem",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("goods.item",),
        ),
        migrations.CreateModel(
            name="Loan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("group", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="auth.group")),
                ("item", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="goods.item")),
                (
                    "user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="item",
            name="groups",
            field=models.ManyToManyField(through="goods.Loan", to="auth.group"),
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("of", models.CharField(max_length=40)),
                ("kind", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="contenttypes.contenttype")),
            ],
        ),
        migrations.CreateModel(
            name="Manual",
            fields=[
                (
                    "machine",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="goods.machine",
                    ),
                ),
                ("text", models.TextField()),
            ],
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.UniqueConstraint(fields=("name", "made"), name="names"),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.UniqueConstraint(condition=models.Q(("grade", "a")), fields=("grade",), name="one_good"),
        ),
        migrations.CreateModel(
            name="Offer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="goods.cheapitem"),
                ),
            ],
        ),
        migrations.RunSQL("CREATE VIEW goods_report AS SELECT name FROM goods_item", "DROP VIEW goods_report"),
    ]
