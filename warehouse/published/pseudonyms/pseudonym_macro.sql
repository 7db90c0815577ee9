-- A text with a child's id in it, with the pseudonym in its place. A short id is one only where it stands by itself: the
-- child 7 has nothing to do with the record S47.
create or replace temp macro under_pseudonym(written, person_id, pseudonym) as
    case
        when length(person_id) < 6 then
            regexp_replace(
                written, '(^|[^A-Za-z0-9])' || regexp_escape(person_id) || '($|[^A-Za-z0-9])',
                '\1' || pseudonym || '\2', 'gi'
            )
        when person_id is not null then regexp_replace(written, regexp_escape(person_id), pseudonym, 'gi')
        else written
    end;
