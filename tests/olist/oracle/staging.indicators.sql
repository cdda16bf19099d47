select d.day::date as day,
       (select arg_max(value, s.day) from series s where serie = 1 and s.day <= d.day)::decimal(10,4) as usd_brl,
       (select max(value) from series s where serie = 433 and s.day = date_trunc('month', d.day))::decimal(9,4) as ipca_month,
       (select arg_max(value, s.day) from series s where serie = 432 and s.day <= d.day)::decimal(9,4) as selic_target,
       not exists (select 1 from series s where serie = 1 and s.day = d.day) as is_carried
from range((select min(day) from series)::timestamp, (select max(day) + 1 from series)::timestamp, interval 1 day) d(day)
