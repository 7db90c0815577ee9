-- How Annex A spells its answers, and the days that its lists cover.
create macro yes_no(flag) as case when flag then 'a) Yes' when not flag then 'b) No' end;

create macro gender(code) as case code when 'M' then 'a) Male' when 'F' then 'b) Female' else 'c) Not stated/recorded' end;

create macro ethnicity(code) as map {
    'WBRI': 'a) WBRI', 'WIRI': 'b) WIRI', 'WIRT': 'c) WIRT', 'WOTH': 'd) WOTH', 'WROM': 'e) WROM', 'MWBC': 'f) MWBC',
    'MWBA': 'g) MWBA', 'MWAS': 'h) MWAS', 'MOTH': 'i) MOTH', 'AIND': 'j) AIND', 'APKN': 'k) APKN', 'ABAN': 'l) ABAN',
    'AOTH': 'm) AOTH', 'BCRB': 'n) BCRB', 'BAFR': 'o) BAFR', 'BOTH': 'p) BOTH', 'CHNE': 'q) CHNE', 'OOTH': 'r) OOTH',
    'NOBT': 's) NOBT', 'REFU': 't) REFU'}[coalesce(code, 'NOBT')];

create macro source(code) as map {
    '1A': 'a) 1A: Individual', '1B': 'b) 1B: Individual', '1C': 'c) 1C: Individual', '1D': 'd) 1D: Individual',
    '2A': 'e) 2A: Schools', '2B': 'f) 2B: Education services', '3A': 'g) 3A: Health services',
    '3B': 'h) 3B: Health services', '3C': 'i) 3C: Health services', '3D': 'j) 3D: Health services',
    '3E': 'k) 3E: Health services', '3F': 'l) 3F: Health services', '4': 'm) 4: Housing',
    '5A': 'n) 5A: LA services', '5B': 'o) 5B: LA services', '5C': 'p) 5C: LA services', '5D': 'p1) 5D: LA services',
    '6': 'q) 6: Police', '7': 'r) 7: Other legal agency', '8': 's) 8: Other', '9': 't) 9: Anonymous',
    '10': 'u) 10: Unknown'}[code];

create macro primary_need(code) as map {
    'N1': 'N1 - Abuse or neglect', 'N2': 'N2 - Child''s disability', 'N3': 'N3 - Parental disability or illness',
    'N4': 'N4 - Family in acute stress', 'N5': 'N5 - Family dysfunction', 'N6': 'N6 - Socially unacceptable behaviour',
    'N7': 'N7 - Low income', 'N8': 'N8 - Absent parenting'}[code];

create macro category_of_abuse(code) as map {
    'NEG': 'a) Neglect', 'PHY': 'b) Physical abuse', 'SAB': 'c) Sexual abuse', 'EMO': 'd) Emotional abuse',
    'MUL': 'e) Multiple'}[code];

create macro permanence_plan(words) as map {
    'Return home': 'a) Return to family', 'Adoption': 'b) Adoption', 'SGO/CAO': 'c) SGO/CAO',
    'Supported living': 'd) Supported living in the community', 'Long-term residential': 'e) Long-term residential placement',
    'Long-term fostering': 'f) Long-term fostering'}[words];

create macro eligibility(code) as map {
    'RELEVANT': 'a) Relevant child', 'FORMER_RELEVANT': 'b) Former relevant child', 'QUALIFYING': 'c) Qualifying care leaver',
    'ELIGIBLE': 'd) Eligible child'}[code];

-- The six months before the inspection, and the twelve.
create macro is_in_window(day) as day >= getvariable('window_start') and day <= getvariable('extract_date');

create macro is_in_year(day, year_end) as day > year_end - interval 1 year and day <= year_end;
