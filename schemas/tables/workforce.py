"""Social workers, and the children allocated to them."""

import pandera.pandas as pa

from schemas.tables.column import Boolean, Date, Number, Text, day, identifier, number, person, team, text, yes_no


class Worker(pa.DataFrameModel):
    """One row per worker."""

    worker_id: Text = identifier("The worker.", "prof_professional_id", key=True, required=True)
    fte: Number = number("Full-time equivalent: 1 is full time.", "prof_full_time_equivalency", required=True)
    agency: Boolean = yes_no("Whether the worker comes from an agency.", "prof_agency_worker_flag")
    case_holder: Boolean = yes_no("Whether the worker holds cases.")
    start_date: Date = day("When the worker started here.")
    end_date: Date = day("When the worker left; may lie ahead.", follows="start_date")
    team: Text = team("prof_professional_department")


class Allocation(pa.DataFrameModel):
    """One row per child, worker and stretch in which the worker was allocated to the child."""

    person_id: Text = person("invo_person_id")
    worker_id: Text = identifier("The worker.", "invo_professional_id", key=True, required=True, links_to="worker")
    start_date: Date = day("When the allocation began.", "invo_involvement_start_date", key=True, required=True,
                           essential=True, happened=True)  # fmt: skip
    end_date: Date = day("When it ended; may lie ahead.", "invo_involvement_end_date", follows="start_date")
    is_primary: Boolean = yes_no("Whether it is the main one; empty, it is.")
    role: Text = text("The worker's role for the child.", "invo_professional_role_id")
    team: Text = team("invo_professional_team")
    worker_name: Text = text("The worker's name.")
