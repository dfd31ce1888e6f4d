"""The register's steps from version to version, for Alembic."""
