"""Social workers: how many children each holds, how many come from agencies, and which children have none."""

from schemas.kinds import AVERAGE_OF_SNAPSHOT, COUNT_OF_SNAPSHOT, SHARE_OF_SNAPSHOT
from schemas.measures.declaration import Measure, Need, Polarity

_SOURCE = "DfE children's social work workforce statistics (edition 2025)"
_CASELOAD = (
    Need("allocation", asks="spells", because="an allocation counts while it is open"),
    Need("worker", ("fte",), asks="spells"),
)

MEASURES: tuple[Measure, ...] = (
    Measure(
        measure_code="average_caseload",
        short_code="SW_CASELOAD",
        title="Children per full-time social worker",
        definition="Children allocated at the end of the month to a worker employed then, each once per child and "
        "worker, divided by the full-time equivalents of these workers. Only the main allocation of a child counts, "
        "and only workers with hours and at least one child.",
        numerator="Children allocated, once per child and worker",
        denominator="Full-time equivalents of the workers who hold them",
        kind=AVERAGE_OF_SNAPSHOT,
        fact="worker_in_post",
        counted="is_case_holder",
        amount="children",
        weight="fte",
        polarity=Polarity.LOWER_BETTER,
        decimal_places=1,
        source=_SOURCE,
        needs=_CASELOAD,
        benchmark_indicator="WF_CASELOAD_FTE",
    ),
    Measure(
        measure_code="high_caseloads",
        short_code="SW_OVER_CASELOAD",
        title="Social workers with more children than the local limit",
        definition="Of the workers employed at the end of the month with hours and at least one child, the share with "
        "more children than the limit the council has set.",
        numerator="Workers with more children than the limit",
        denominator="Workers who hold children",
        kind=SHARE_OF_SNAPSHOT,
        fact="worker_in_post",
        counted="is_case_holder",
        achieved="is_over_limit",
        polarity=Polarity.LOWER_BETTER,
        decimal_places=0,
        source="Local limit",
        needs=_CASELOAD,
        benchmark_note="No benchmark exists: the limit is the council's own.",
    ),
    Measure(
        measure_code="agency_workers",
        short_code="SW_AGENCY",
        title="Social workers from agencies",
        definition="Of the full-time equivalents of all workers employed at the end of the month, the share that comes "
        "from agencies.",
        numerator="Full-time equivalents of agency workers",
        denominator="Full-time equivalents of all workers",
        kind=SHARE_OF_SNAPSHOT,
        fact="worker_in_post",
        counted="fte > 0",
        achieved="is_agency",
        amount="fte",
        weight="fte",
        polarity=Polarity.LOWER_BETTER,
        decimal_places=0,
        source=_SOURCE,
        needs=(Need("worker", ("agency",), asks="spells"), Need("worker", ("fte",), asks="spells")),
        benchmark_indicator="WF_AGENCY_FTE_PCT",
    ),
    Measure(
        measure_code="unallocated_cases",
        short_code="UNALLOCATED",
        title="Children without an allocated worker",
        definition="Children in need, on a child protection plan or looked after at the end of the month to whom no "
        "person was allocated then as the main worker. An inbox or a duty desk is nobody. Where no allocations are sent, those "
        "without a worker on an open referral, on the extract date alone.",
        numerator="Children without an allocated worker",
        denominator="",
        kind=COUNT_OF_SNAPSHOT,
        fact="unallocated_case",
        polarity=Polarity.LOWER_BETTER,
        decimal_places=0,
        source="Working Together to Safeguard Children (2026)",
        needs=(
            Need(
                "allocation",
                asks="spells",
                because="an allocation counts while it is open",
                instead=("referral", "worker"),
            ),
            Need("referral", asks="spells"),
            Need("cp_plan", asks="spells"),
            Need("cla_episode", asks="spells", latest_is_enough=True),
            Need("person", ("dob",)),
        ),
        benchmark_note="Counts have no benchmark: a mean of other authorities' counts says nothing.",
    ),
)
