"""What an authority sets for records that are posted: by what their sender is known."""

from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    model_validator,
)

from daemon.domain.oidc import issuer
from daemon.option_paths import SecretFile

Word = Annotated[str, Field(min_length=1)]


class Oidc(BaseModel):
    """Whose tokens may post: those of one provider for one audience, signed by one algorithm.

    `client` is the id of the sender's own registration, which the token names as `azp`, `appid`,
    `client_id` or `cid`; `role` stands among its `roles`, `scope` or `scp`. Where both are given, both must hold.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: Annotated[str, AfterValidator(issuer)]
    audience: Word
    client: Word | None = None
    role: Word | None = None
    algorithm: Literal[
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"
    ] = "RS256"

    @model_validator(mode="after")
    def _names_who(self) -> Self:
        if self.client is None and self.role is None:
            raise ValueError(
                "any client of the provider could post; name the one that may by `client`, or what it "
                "is granted by `role`"
            )
        return self


class Config(BaseModel):
    """The options of a `posted_records` feed.

    A signature holds for `window_s` about its moment. `carries` names the facts that can ever come;
    without it, any may.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    secret_file: SecretFile | None = None
    oidc: Oidc | None = None
    window_s: float = Field(default=300, gt=0, le=3600)
    carries: frozenset[str] | None = None

    @model_validator(mode="after")
    def _knows_somebody(self) -> Self:
        if self.secret_file is None and self.oidc is None:
            raise ValueError("nobody could post; give `secret_file`, or the table `oidc`")
        return self
