"""The vault kept, brought back, and emptied of identities past their retention."""

from qaf_lib.vault.backup import write_backup
from qaf_lib.vault.contents import Kept, councils_of
from qaf_lib.vault.restore import restore_backup
from qaf_lib.vault.retire import retire_identities

__all__ = ["Kept", "councils_of", "restore_backup", "retire_identities", "write_backup"]
