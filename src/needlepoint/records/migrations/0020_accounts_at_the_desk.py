"""The account of a patient at the front desk: copay, charges, payments, refunds, and the day's cash."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("records", "0019_rights_of_helpers"),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="patient",
            name="copay_usd",
            field=models.DecimalField(decimal_places=2, max_digits=8, null=True),
        ),
        migrations.CreateModel(
            name="CashClose",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("expected", models.DecimalField(decimal_places=2, max_digits=10)),
                ("counted", models.DecimalField(decimal_places=2, max_digits=10)),
                ("currency", models.CharField(default="USD", max_length=3)),
                ("words", models.CharField(blank=True, max_length=200)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="records.staff"
                    ),
                ),
                (
                    "location",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.location"),
                ),
                (
                    "practice",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.practice"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("charge", "Charge"), ("payment", "Payment"), ("refund", "Refund")],
                        max_length=8,
                    ),
                ),
                ("purpose", models.CharField(max_length=20)),
                ("method", models.CharField(blank=True, max_length=10)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=10)),
                ("currency", models.CharField(default="USD", max_length=3)),
                ("reference", models.CharField(blank=True, max_length=40)),
                ("words", models.CharField(blank=True, max_length=200)),
                ("number", models.PositiveIntegerField(null=True)),
                ("key", models.CharField(blank=True, max_length=40)),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("voided_at", models.DateTimeField(null=True)),
                ("void_reason", models.CharField(blank=True, max_length=200)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.staff",
                    ),
                ),
                (
                    "close",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="records.cashclose",
                    ),
                ),
                (
                    "location",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.location"),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger",
                        to="records.patient",
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="records.practice"),
                ),
                (
                    "refund_of",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="records.ledgerentry",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger",
                        to="records.visit",
                    ),
                ),
                (
                    "voided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.staff",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "ledger entries",
            },
        ),
        migrations.AddIndex(
            model_name="cashclose",
            index=models.Index(fields=["practice", "-at"], name="closes_by_practice"),
        ),
        migrations.AddIndex(
            model_name="ledgerentry",
            index=models.Index(fields=["patient", "-at"], name="ledger_by_patient"),
        ),
        migrations.AddIndex(
            model_name="ledgerentry",
            index=models.Index(fields=["practice", "close", "at"], name="ledger_to_close"),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.UniqueConstraint(fields=("practice", "number"), name="a_receipt_number_once"),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("key", ""), _negated=True),
                fields=("practice", "key"),
                name="an_entry_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="an_entry_has_an_amount"
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "charge"), ("purpose", "copay"), ("voided_at", None)),
                fields=("visit",),
                name="one_copay_a_visit",
            ),
        ),
    ]
