"""Where a vault may stand, by its real path."""

from pathlib import Path

import pytest

from qaf_lib.errors import InputError
from qaf_lib.register import vault_location as place
from qaf_lib.register.vault_location import refuse_shared_place

SYNCED = [
    *("OneDrive", "OneDrive - Tinyshire Council", "onedrive - tinyshire", "ONEDRIVE", "Dropbox (Council)"),
    *(
        "GoogleDrive-me@council.gov.uk",
        "My Drive",
        "iCloudDrive",
        "Nextcloud",
        "ownCloud2",
        "Box",
        "SharePoint",
    ),
    *("Library/Mobile Documents", "Library/CloudStorage/Anything", "library/cloudstorage"),
]
OWN = ["not dropbox", "boxes", "My Drives", "cloud", "Mobile Documents", "Library", "one drive"]


@pytest.mark.parametrize("folder", SYNCED)
def test_a_synced_folder_is_refused_whatever_its_case(tmp_path, folder):
    with pytest.raises(InputError, match=r"stands in the synced folder .*QAF_VAULT names"):
        refuse_shared_place(tmp_path / folder / "vault")


@pytest.mark.parametrize("folder", OWN)
def test_a_folder_that_only_resembles_one_is_not(tmp_path, folder):
    refuse_shared_place(tmp_path / folder / "vault")


@pytest.mark.parametrize("folder", SYNCED)
def test_a_link_into_a_synced_folder_is_followed(tmp_path, folder):
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "documents").symlink_to(tmp_path / folder, target_is_directory=True)
    with pytest.raises(InputError, match="stands in the synced folder"):
        refuse_shared_place(tmp_path / "documents" / "not" / "made" / "yet")


def test_a_path_that_leads_out_of_a_synced_folder_is_followed_too(tmp_path):
    (tmp_path / "OneDrive").mkdir()
    (tmp_path / "own").mkdir()
    (tmp_path / "OneDrive" / "vault").symlink_to(tmp_path / "own", target_is_directory=True)
    refuse_shared_place(tmp_path / "OneDrive" / "vault")
    refuse_shared_place(tmp_path / "OneDrive" / ".." / "own")


@pytest.mark.parametrize("variable", ["OneDrive", "OneDriveCommercial", "OneDriveConsumer"])
def test_the_folder_that_onedrive_names_is_refused_whatever_it_is_called(tmp_path, monkeypatch, variable):
    monkeypatch.setenv(variable, str(tmp_path / "Work Files"))
    with pytest.raises(InputError, match=r"synced folder .*Work Files"):
        refuse_shared_place(tmp_path / "work files" / "vault")
    refuse_shared_place(tmp_path / "Work Files 2" / "vault")


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "smb3", "fuse.sshfs", "9p"])
def test_a_mounted_share_is_refused_by_the_mount_that_holds_it(tmp_path, monkeypatch, kind):
    mounts = tmp_path / "mounts"
    (tmp_path / "a share").mkdir()
    spelled = str(tmp_path / "a share").replace(" ", "\\040")
    mounts.write_text(f"disk / ext4 rw 0 0\nhost:/x {spelled} {kind} rw 0 0\n", encoding="utf-8")
    monkeypatch.setattr(place, "_MOUNTS", mounts)
    (tmp_path / "link").symlink_to(tmp_path / "a share", target_is_directory=True)
    for path in (tmp_path / "a share" / "vault", tmp_path / "link" / "vault"):
        with pytest.raises(InputError, match="stands on a network share: a vault there can lose rows"):
            refuse_shared_place(path)
    refuse_shared_place(tmp_path / "a shared" / "vault")


def test_no_command_writes_anything_where_the_vault_would_be_synced(project, monkeypatch):
    from qaf_lib.check import check_period
    from qaf_lib.pages import open_period

    monkeypatch.setenv("QAF_VAULT", str(project.root / "Dropbox" / "vault"))
    before = sorted(project.root.rglob("*"))
    for command in (check_period, open_period):
        with pytest.raises(InputError, match="stands in the synced folder Dropbox"):
            command(project.file)
    with pytest.raises(InputError, match="stands in the synced folder Dropbox"):
        project.prepare()
    assert sorted(project.root.rglob("*")) == before


def test_a_vault_named_by_part_of_a_path_is_refused(project, monkeypatch):
    monkeypatch.setenv("QAF_VAULT", "vault")
    with pytest.raises(InputError, match="QAF_VAULT is not a full path"):
        project.prepare()
    monkeypatch.setenv("QAF_VAULT", str(project.root / "elsewhere"))
    assert project.prepare().store.is_relative_to(Path(project.root / "elsewhere"))
