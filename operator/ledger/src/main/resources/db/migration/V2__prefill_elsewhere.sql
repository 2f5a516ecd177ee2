-- A prompt may be computed by a group other than the one that answers; that group spent the time.
alter table usage_event add column elsewhere_group varchar(253) default '' not null;
alter table usage_event add column elsewhere_nanos bigint default 0 not null;
alter table usage_event add column elsewhere_ranks integer default 0 not null;
