"""The city's account to which a department asks grants back."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("unit", sa.Column("return_account", sa.String(length=26), nullable=True))
    op.create_check_constraint(op.f("ck_unit_return_account"), "unit", "return_account ~ '^[0-9]{26}$'")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_unit_return_account"), "unit")
    op.drop_column("unit", "return_account")
