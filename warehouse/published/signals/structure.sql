-- One row per authority, measure and ended month: the limits in force when it was published, and what it is by them.
create table spc_point (
    la_code varchar not null,
    measure_code varchar not null,
    month date not null,
    chart varchar not null,
    numerator double,
    denominator double,
    value double,
    judged double,
    phase integer,
    since date,
    rebased_on date,
    is_recorded boolean,
    centre double,
    spread double,
    lower_limit double,
    upper_limit double,
    assessment varchar not null,
    rule varchar,
    direction varchar,
    moving_since date
);
