"""Rules on training that mean staff rather than auditors or moderators."""

import pytest
from pydantic import ValidationError

from qaf_lib.frameworks import Trained


def test_training_of_staff_names_the_roles_that_it_means():
    with pytest.raises(
        ValidationError, match="trained all: staff are those in roles, so roles must be named"
    ):
        Trained(name="all", label="All", who="staff", duty_id="course", requirements=[])
    rule = Trained(name="all", label="All", who="staff", roles=["Manager"], duty_id="course", requirements=[])
    assert rule.roles == ["Manager"]


def test_everybody_is_all_the_staff_and_in_no_roles():
    rule = Trained(name="all", label="All", who="everybody", duty_id="course", requirements=[])
    assert rule.roles == []
    with pytest.raises(ValidationError, match="trained all: everybody is in no roles"):
        Trained(**{**rule.model_dump(), "roles": ["Manager"]})
