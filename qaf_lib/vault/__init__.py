"""The vault kept, brought back, and emptied of old identities; what is wrong is an `InputError`."""

from qaf_lib.vault.backup import Kept, councils_of, restore_backup, write_backup
from qaf_lib.vault.move import move_register
from qaf_lib.vault.retire import retire_identities

__all__ = ["Kept", "councils_of", "move_register", "restore_backup", "retire_identities", "write_backup"]
