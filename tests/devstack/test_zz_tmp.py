import pytest
@pytest.mark.browser
def test_x(): pass
