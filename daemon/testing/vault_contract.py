"""What every vault must do: its tests inherit this class.

A subclass gives the fixtures `vault` (that has the secret SECRET under the name NAME, and none called
`nobody`) and `gone` (one whose outside is not there).
"""

import pytest

from daemon.ports import Unreadable, Vault

NAME, SECRET = "daykeeper-smtp-password", "Canary-0f-a-vault!"


class VaultContract:
    """The promises of the Vault port."""

    def test_a_secret_is_read_as_it_is_kept(self, vault: Vault) -> None:
        """Blanks and signs are part of it."""
        assert vault.read(NAME) == SECRET

    def test_a_secret_that_is_not_there_is_said_by_its_name(self, vault: Vault) -> None:
        """The sentence names what is missing, in one line, and shows no other secret."""
        with pytest.raises(Unreadable, match="nobody") as caught:
            vault.read("nobody")

        assert "\n" not in str(caught.value)
        assert SECRET not in str(caught.value)

    def test_a_vault_that_is_not_there_is_one_sentence(self, gone: Vault) -> None:
        """Whoever calls goes on with what it has."""
        with pytest.raises(Unreadable) as caught:
            gone.read(NAME)

        assert "\n" not in str(caught.value)

    def test_closing_twice_is_no_error(self, vault: Vault) -> None:
        """Nor is anything held afterwards."""
        vault.close()
        vault.close()
