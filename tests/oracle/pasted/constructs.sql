-- name: recursive
with recursive t(n) as (select 1 union all select n + 1 from t where n < 5) select n from t

-- name: recursive2
with recursive days as (select date '2024-01-01' as d union all select d + 1 from days where d < date '2024-01-05') select d from days

-- name: recursive_union
with recursive r as (select customer_id from raw.customers where customer_id = 1 union select customer_id + 1 from r where customer_id < 4) select * from r

-- name: join_using
select customer_id, name, order_id from raw.orders join raw.customers using (customer_id)

-- name: join_natural
select order_id, status, sku from raw.orders natural join raw.items

-- name: join_natural_left
select order_id, status, sku from raw.orders natural left join raw.items

-- name: join_left_using
select customer_id, count(order_id) as n from raw.customers left join raw.orders using (customer_id) group by customer_id

-- name: join_right
select c.customer_id, o.order_id from raw.orders o right outer join raw.customers c on o.customer_id = c.customer_id

-- name: join_full
select customer_id, o.order_id, c.name from raw.orders o full join raw.customers c using (customer_id)

-- name: join_cross
select a.name, b.name as other from raw.customers a cross join raw.customers b

-- name: join_semi
select * from raw.customers semi join raw.orders using (customer_id)

-- name: join_anti
select c.name from raw.customers c anti join raw.orders o on o.customer_id = c.customer_id

-- name: join_asof
select i.sku, o.ordered_at, p.price from raw.items i join raw.orders o using (order_id) asof join raw.prices p on p.sku = i.sku and p.valid_from <= o.ordered_at::date

-- name: join_asof_left
select i.sku, o.ordered_at, p.price from raw.items i join raw.orders o using (order_id) asof left join raw.prices p on p.sku = i.sku and p.valid_from <= o.ordered_at::date

-- name: join_lateral
select c.name, l.order_id from raw.customers c cross join lateral (select order_id from raw.orders o where o.customer_id = c.customer_id order by order_id desc limit 1) l

-- name: join_left_lateral
select c.name, l.order_id from raw.customers c left join lateral (select order_id from raw.orders o where o.customer_id = c.customer_id order by order_id desc limit 1) l on true

-- name: join_comma_lateral
select c.name, l.n from raw.customers c, lateral (select count(*) as n from raw.orders o where o.customer_id = c.customer_id) as l

-- name: join_parens
select c.name, i.sku from raw.customers c left join (raw.orders o join raw.items i on i.order_id = o.order_id) on o.customer_id = c.customer_id

-- name: union_by_name
select 1 as a, 'x' as b union all by name select 'y' as b, 2 as a

-- name: union_by_name_missing
select 1 as a, 'x' as b union by name select 2 as a, 3 as c

-- name: intersect
select customer_id from raw.customers intersect select customer_id from raw.orders

-- name: except_all
select customer_id from raw.orders except all select customer_id from raw.customers

-- name: intersect_all
select customer_id from raw.orders intersect all select customer_id from raw.orders

-- name: group_ordinals
select status, date_trunc('month', ordered_at) as m, count(*) as n from raw.orders group by 1, 2

-- name: group_all
select status, sum(amount) as total from raw.orders group by all

-- name: group_rollup
select status, customer_id, sum(amount) as total, grouping(status) as g from raw.orders group by rollup (status, customer_id)

-- name: group_cube
select status, customer_id, count(*) as n, grouping(status, customer_id) as g from raw.orders group by cube (status, customer_id)
-- open: grouping() of keys of different types

-- name: group_sets
select status, customer_id, count(*) as n from raw.orders group by grouping sets ((status), (customer_id), (status, customer_id), ())

-- name: group_mixed
select status, customer_id, shipped is null as unshipped, count(*) as n from raw.orders group by status, rollup (customer_id, shipped is null)

-- name: group_alias
select extract(year from ordered_at) as y, count(*) as n from raw.orders group by y

-- name: group_empty
select count(*) as n from raw.orders group by ()

-- name: having_alias
select customer_id, count(*) as n from raw.orders group by customer_id having n > 1

-- name: filter
select count(*) filter (where status = 'done') as done, sum(amount) filter (where amount > 6) as big from raw.orders

-- name: within_group
select percentile_cont(0.5) within group (order by score) as median, mode() within group (order by city) as m from raw.customers

-- name: string_agg
select customer_id, string_agg(status, ', ' order by order_id desc) as s from raw.orders group by customer_id

-- name: array_agg
select customer_id, array_agg(order_id order by order_id) as s from raw.orders group by customer_id

-- name: distinct_on
select distinct on (customer_id) customer_id, order_id, amount from raw.orders order by customer_id, ordered_at desc

-- name: distinct
select distinct status from raw.orders

-- name: window_rows
select order_id, sum(amount) over (order by ordered_at rows between unbounded preceding and current row) as r from raw.orders

-- name: window_rows2
select order_id, avg(amount) over (partition by customer_id order by ordered_at rows 2 preceding) as r from raw.orders

-- name: window_range_interval
select order_id, count(*) over (order by ordered_at range between interval '30 days' preceding and current row) as r from raw.orders

-- name: window_range_interval2
select order_id, count(*) over (order by ordered_at range between interval 30 day preceding and interval 1 day following) as r from raw.orders

-- name: window_range_num
select order_id, sum(amount) over (order by order_id range between 1 preceding and 1 following) as r from raw.orders

-- name: window_groups
select order_id, count(*) over (order by customer_id groups between 1 preceding and current row) as r from raw.orders

-- name: window_exclude
select order_id, sum(amount) over (order by order_id rows between unbounded preceding and unbounded following exclude current row) as r from raw.orders

-- name: window_exclude_ties
select order_id, count(*) over (order by customer_id groups between unbounded preceding and unbounded following exclude ties) as r, count(*) over (order by customer_id groups between unbounded preceding and unbounded following exclude group) as g, count(*) over (order by customer_id, order_id rows between 1 preceding and 1 following exclude no others) as n from raw.orders

-- name: window_ignore_nulls
select order_id, last_value(amount) ignore nulls over (order by order_id rows between unbounded preceding and current row) as r, lag(amount) ignore nulls over (order by order_id) as l from raw.orders
-- on duckdb:
select order_id, last_value(amount ignore nulls) over (order by order_id rows between unbounded preceding and current row) as r, lag(amount ignore nulls) over (order by order_id) as l from raw.orders

-- name: window_named
select order_id, row_number() over w as r, sum(amount) over (w rows between 1 preceding and current row) as s from raw.orders window w as (partition by customer_id order by ordered_at)

-- name: window_fns
select order_id, rank() over (order by status) as r, dense_rank() over (order by status) as d, percent_rank() over (order by status) as p, cume_dist() over (order by status) as c, ntile(2) over (order by order_id) as n, lead(status, 1, 'none') over (order by order_id) as l, first_value(status) over (order by order_id) as f, nth_value(status, 2) over (order by order_id) as n2 from raw.orders

-- name: window_over_agg
select status, sum(amount) as total, sum(sum(amount)) over () as all_, rank() over (order by sum(amount) desc) as r from raw.orders group by status

-- name: window_filter
select order_id, count(*) filter (where status = 'done') over (partition by customer_id) as n from raw.orders

-- name: qualify
select * from raw.orders qualify row_number() over (partition by customer_id order by ordered_at desc) = 1

-- name: qualify_alias
select order_id, row_number() over (partition by customer_id order by ordered_at desc) as rn from raw.orders qualify rn = 1

-- name: qualify_group
select customer_id, count(*) as n from raw.orders group by customer_id qualify rank() over (order by count(*) desc) <= 1

-- name: pivot
select * from (select customer_id, status, amount from raw.orders) pivot (sum(amount) for status in ('done', 'open')) as p

-- name: pivot_alias
select * from (select customer_id, status, amount from raw.orders) pivot (sum(amount) as total, count(*) as n for status in ('done' as d, 'open' as o)) p

-- name: pivot_group
select * from raw.orders pivot (count(*) for status in ('done', 'open') group by customer_id)

-- name: unpivot
select * from (select order_id, qty, line from raw.items) unpivot (value for name in (qty, line))

-- name: unpivot_nulls
select * from (select customer_id, city, name from raw.customers) unpivot include nulls (value for field in (city, name as n))

-- name: star_exclude
select * exclude (payload, tags) from raw.orders

-- name: star_except
select * exclude payload replace (upper(status) as status) from raw.orders

-- name: star_rename
select * rename (name as customer_name) from raw.customers

-- name: star_table
select c.*, o.order_id from raw.customers c join raw.orders o using (customer_id)

-- name: unnest_select
select order_id, unnest(tags) as tag from raw.orders
-- open: unnest in the list repeats the key

-- name: unnest_from
select o.order_id, t.tag from raw.orders o, unnest(o.tags) as t(tag)

-- name: unnest_cross_join
select o.order_id, t.tag from raw.orders o cross join unnest(o.tags) as t(tag)

-- name: unnest_left
select o.order_id, t.tag from raw.orders o left join unnest(o.tags) as t(tag) on true

-- name: unnest_ordinality
select o.order_id, t.tag, t.i from raw.orders o, unnest(o.tags) with ordinality as t(tag, i)

-- name: unnest_lateral
select o.order_id, tag from raw.orders o, lateral unnest(o.tags) as t(tag)

-- name: generate_series
select d::date as d from generate_series(date '2024-01-01', date '2024-01-05', interval '1 day') as t(d)
-- open: series in FROM on PostgreSQL

-- name: generate_int
select n from generate_series(1, 5) as t(n)
-- open: series in FROM on PostgreSQL

-- name: range_
select range as n from range(1, 4)
-- open: series in FROM on PostgreSQL

-- name: struct_lit
select {x: order_id, y: status} as s, {'x': 1}.x as one from raw.orders
-- open: structs on PostgreSQL

-- name: struct_pack
select struct_pack(a := 1, b := 'x') as s
-- open: structs on PostgreSQL

-- name: row_struct
select row(order_id, status) as r from raw.orders
-- open: structs on PostgreSQL
-- on duckdb:
select {f1: order_id, f2: status} as r from raw.orders

-- name: array_lit
select [1, 2, 3] as a, array[1, 2] as b, tags[1] as t, tags[1:2] as sl, tags[-1] as l from raw.orders
-- open: the last element by a negative index on PostgreSQL

-- name: array_empty
select []::int[] as a

-- name: array_query
select array(select sku from raw.items i where i.order_id = o.order_id order by line) as skus from raw.orders o

-- name: array_concat
select tags || ['q'] as t from raw.orders
-- open: an array put behind one that is null on PostgreSQL

-- name: json_ops
select payload -> 'a' ->> 'b' as b, payload ->> '$.c' as c, payload -> 'l' -> 0 as z from raw.orders
-- open: a JSON path behind ->> on PostgreSQL

-- name: json_path_num
select payload -> 'l' ->> 0 as first, (payload ->> 'c') is null as isn from raw.orders

-- name: case_both
select case status when 'done' then 1 when 'open' then 2 else 0 end as a, case when amount > 10 then 'big' when amount is null then null end as b from raw.orders

-- name: casts
select cast(order_id as varchar) as a, order_id::bigint as b, try_cast(status as int) as c, amount::double precision as d, cast(amount as numeric(20, 4)) as e, ordered_at::date as f, '1'::int as g, cast(status as character varying(10)) as h, cast(status as varchar(3)) as i, amount::real as j, order_id::smallint as k, cast(status as char varying) as l, cast(status as text) as m from raw.orders

-- name: cast_tz
select ordered_at::timestamp with time zone as a, cast(ordered_at as timestamp without time zone) as b, seen::timestamptz as c from raw.orders

-- name: typed_literals
select date '2024-01-01' as d, timestamp '2024-01-01 10:00' as t, interval '1 day' as i, time '10:00' as tm, timestamp with time zone '2024-01-01 10:00:00+00' as tz, timestamptz '2024-01-01 00:00:00+02' as tz2, double precision '1.5' as dp, varchar 'x' as v, numeric '1.5' as nu, int '5' as i5, bool 'true' as b

-- name: typed_literals2
select timestamp without time zone '2024-01-01 10:00:00' as t, time without time zone '10:00:00' as tm, character varying 'abc' as cv

-- name: between
select order_id from raw.orders where amount between 5 and 15 and ordered_at not between timestamp '2024-02-01' and timestamp '2024-02-28'

-- name: in_list
select order_id from raw.orders where status in ('done', 'open') and order_id not in (1, 2)

-- name: in_query
select name from raw.customers where customer_id in (select customer_id from raw.orders) and customer_id not in (select customer_id from raw.orders where amount > 15)

-- name: in_row
select order_id from raw.items where (order_id, line) in ((1, 1), (2, 1))

-- name: in_row_query
select order_id from raw.items where (order_id, line) in (select order_id, max(line) from raw.items group by order_id)

-- name: any_query
select name from raw.customers where customer_id = any (select customer_id from raw.orders)

-- name: any_array
select order_id from raw.orders where 'b' = any(tags)

-- name: any_array2
select order_id from raw.orders where order_id = any(array[1, 3])

-- name: all_query
select order_id from raw.orders where amount >= all (select amount from raw.orders where amount is not null)

-- name: some_query
select order_id from raw.orders where amount > some (select amount from raw.orders)

-- name: like
select order_id from raw.orders where status like 'd%' or status not like '%e_' or status ilike 'DO%' or status not ilike 'x%'

-- name: like_escape
select order_id from raw.orders where status like 'd\_%' escape '\'

-- name: like_any
select order_id from raw.orders where status like any (array['d%', 'o%']) and status ilike all ('D%', '%')
-- on duckdb:
select order_id from raw.orders where (status like 'd%' or status like 'o%') and status ilike 'D%' and status ilike '%'

-- name: similar
select order_id from raw.orders where status similar to '(done|open)' or status not similar to 'c%'
-- on duckdb:
select order_id from raw.orders where status ~ '^(done|open)$' or status !~ '^c.*$'

-- name: regex
select order_id from raw.orders where status ~ '^d.*e$' or status !~ 'x'

-- name: regex_i
select order_id from raw.orders where status ~* '^D' and status !~* 'X'
-- on duckdb:
select order_id from raw.orders where regexp_matches(status, '^D', 'i') and not regexp_matches(status, 'X', 'i')

-- name: is_distinct
select order_id from raw.orders where amount is distinct from 5 and shipped is not distinct from date '2024-01-03'

-- name: is_bool
select (amount > 10) is true as a, (amount > 10) is not false as b, (amount > 10) is unknown as c from raw.orders

-- name: isnull_notnull
select amount isnull as a, amount notnull as b from raw.orders

-- name: extract
select extract(year from ordered_at) as y, extract('month' from ordered_at) as m, extract(dow from ordered_at) as d, extract(day from shipped) as dd, date_part('hour', ordered_at) as h from raw.orders

-- name: at_time_zone
select ordered_at at time zone 'Europe/Lisbon' as a, seen at time zone 'America/Sao_Paulo' as b from raw.orders

-- name: interval
select ordered_at + interval '1 day' as a, ordered_at - interval '2 hours 30 minutes' as b, shipped + interval '1' month as c, ordered_at + interval 3 days as d, ordered_at + interval '1 year 2 months' as e, date '2024-01-31' + interval '1 month' as f from raw.orders

-- name: interval_mul
select ordered_at + order_id * interval '1 day' as a, ordered_at + interval '1 day' * 2 as b from raw.orders

-- name: interval_expr
select ordered_at + interval (order_id) day as a from raw.orders

-- name: interval_pg
select date_trunc('day', ordered_at) + '1 day'::interval as a from raw.orders

-- name: date_arith
select shipped - date '2024-01-01' as n, shipped + 3 as p, date '2024-03-01' - 1 as q from raw.orders
-- differs: n int4 BIGINT days between dates are an int4

-- name: ts_diff
select ordered_at - timestamp '2024-01-01' as i from raw.orders

-- name: row_compare
select order_id from raw.items where (order_id, line) > (1, 1)

-- name: values
select * from (values (1, 'a'), (2, 'b')) as t(n, s)

-- name: limit
select order_id from raw.orders order by order_id limit 2 offset 1

-- name: fetch
select order_id from raw.orders order by order_id offset 1 rows fetch first 2 rows only

-- name: fetch_row
select order_id from raw.orders order by order_id fetch first row only

-- name: fetch_ties
select customer_id from raw.orders order by customer_id fetch first 3 rows with ties
-- on duckdb:
select customer_id from raw.orders qualify rank() over (order by customer_id) <= 3

-- name: limit_comma
select order_id from raw.orders order by order_id limit 2

-- name: order_nulls
select shipped from raw.orders order by shipped desc nulls last, order_id limit 3

-- name: order_all
select order_id, status from raw.orders order by all limit 3

-- name: order_expr
select status from raw.orders order by length(status) desc, 1 limit 4

-- name: exists
select name from raw.customers c where exists (select 1 from raw.orders o where o.customer_id = c.customer_id) and not exists (select * from raw.orders o where o.customer_id = c.customer_id and o.status = 'open')

-- name: scalar_sub
select name, (select max(amount) from raw.orders o where o.customer_id = c.customer_id) as m from raw.customers c

-- name: substring_for
select substring(status from 2 for 3) as a, substring(status, 2) as b, position('o' in status) as p, trim(both 'd' from status) as t, trim(leading from status) as l from raw.orders

-- name: concat_op
select name || ' ' || coalesce(city, '?') as x from raw.customers

-- name: numbers
select 1e3 as a, .5 as b, 1_000 as c, 5 % 3 as d, 2 ^ 3 as e, -order_id as f, +amount as g, 7 // 2 as h, 2 ** 3 as i from raw.orders

-- name: bool
select not (amount > 5) as a, amount > 5 and status = 'done' or false as b from raw.orders

-- name: neq
select order_id from raw.orders where status != 'done' and customer_id <> 1

-- name: coalesce
select coalesce(shipped, date '1970-01-01') as d, nullif(status, 'done') as n, greatest(order_id, 3) as g, least(order_id, 3) as l, ifnull(amount, 0) as i from raw.orders

-- name: keywords_names
select order_id as owner, status as source, amount as model, 1 as key, 2 as test, 3 as role, 4 as tag, 5 as "limit", 6 as window, 7 as "end", 8 as filter, 9 as "over", 10 as path, 11 as unit, 12 as value, 13 as date, 14 as year from raw.orders

-- name: keyword_cols
select t.owner, t.key, year, month, t.date, t.first, value from (select 1 as owner, 2 as key, 3 as year, 4 as month, 5 as date, 6 as first, 7 as value) t where owner = 1 and key = 2 and year = 3 order by date limit 1

-- name: keyword_tables
with source as (select * from raw.customers), renamed as (select customer_id as id, name from source), final as (select * from renamed), filter as (select * from final), model as (select * from filter) select * from model

-- name: cte_cols
with t(a, b) as (select 1, 2) select a + b as c from t

-- name: cte_mat
with t as materialized (select 1 as a), u as not materialized (select a from t) select * from u

-- name: subquery_alias_cols
select t.x from (select 1, 2) as t(x, y)

-- name: nested_cte
select * from (with a as (select 1 as n) select n from a) as t

-- name: cte_in_sub
select (with a as (select 5 as n) select n from a) as five

-- name: group_by_where_alias
select order_id, amount * 2 as dbl from raw.orders where dbl > 15
