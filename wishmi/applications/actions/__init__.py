"""What can be done with applications: applying, closing the window, case work, importing a file."""

from wishmi.applications.actions.applying import (
    change_application,
    save_draft,
    submit_application,
    submit_many,
    withdraw_application,
)
from wishmi.applications.actions.attesting import Attested, import_register_facts
from wishmi.applications.actions.case_work import (
    admit,
    admit_with_reserve,
    answer_integration,
    exclude,
    prolong_integrations,
    request_integration,
    run_checks,
)
from wishmi.applications.actions.closing import seal_intake
from wishmi.applications.actions.correcting import correct_facts
from wishmi.applications.actions.entering import (
    Entered,
    Listed,
    compute_entitled,
    enter_entitled,
    import_entitled,
)
from wishmi.applications.actions.importing import Imported, import_applications

__all__ = [
    "Attested",
    "Entered",
    "Imported",
    "Listed",
    "admit",
    "admit_with_reserve",
    "answer_integration",
    "change_application",
    "compute_entitled",
    "correct_facts",
    "enter_entitled",
    "exclude",
    "import_applications",
    "import_entitled",
    "import_register_facts",
    "prolong_integrations",
    "request_integration",
    "run_checks",
    "save_draft",
    "seal_intake",
    "submit_application",
    "submit_many",
    "withdraw_application",
]
