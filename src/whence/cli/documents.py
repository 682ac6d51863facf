"""What `--json` prints of a claim and an audit: their fields by name, and the chain of speakers as objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from whence.audit import Audit, AuditedClaim

__all__ = ["of_audit", "of_claim"]

OF_CLAIMS = ("supporting", "denying", "expecting", "retracted")


def of_claim(claim: AuditedClaim | None) -> dict[str, Any] | None:
    """Return a claim for JSON; None for none."""
    if claim is None:
        return None
    speakers = [{"entity": entity, "name": name} for entity, name in claim.speakers]
    return {**claim._asdict(), "speakers": speakers}


def of_audit(audit: Audit) -> dict[str, Any]:
    """Return an audit for JSON."""
    claims = {name: [of_claim(one) for one in getattr(audit, name)] for name in OF_CLAIMS}
    return {**audit._asdict(), **claims}
