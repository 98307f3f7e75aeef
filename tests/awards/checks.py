"""What anyone can check of a published stage."""

from wishmi.awards.publishing import path_of, private_facts
from wishmi.calls.models import CallAct
from wishmi.calls.selectors import rules_of
from wishmi.core.replay import verify_facts
from wishmi.core.verification import verify_public
from wishmi.infra.beacon import signature_is_valid


def files_of(stage):
    return {path.name: path.read_bytes() for path in path_of(stage).iterdir()}


def assert_verifies(stage):
    """The public and an auditor find nothing wrong, the root being the one in the act."""
    stage.refresh_from_db()
    files, rules = files_of(stage), rules_of(stage.version)
    root, sealed = bytes.fromhex(stage.root), bytes.fromhex(stage.call.intakes.get(window=stage.window).root)
    public = verify_public(files, rules, signature_is_valid, root=root, intake_root=sealed)
    assert public.is_sound, public.findings
    assert public.is_anchored
    replayed = verify_facts(files, rules, private_facts(stage))
    assert replayed.is_sound, replayed.findings
    assert CallAct.objects.get(number=stage.act_number).data == {"root": stage.root}
