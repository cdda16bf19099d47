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

-- name: generate_int
select n from generate_series(1, 5) as t(n)

-- name: range_
select range as n from range(1, 4)

-- name: struct_lit
select {x: order_id, y: status} as s, {'x': 1}.x as one from raw.orders

-- name: struct_pack
select struct_pack(a := 1, b := 'x') as s

-- name: row_struct
select row(order_id, status) as r from raw.orders
-- on duckdb:
select {f1: order_id, f2: status} as r from raw.orders

-- name: array_lit
select [1, 2, 3] as a, array[1, 2] as b, tags[1] as t, tags[1:2] as sl, tags[-1] as l from raw.orders

-- name: array_empty
select []::int[] as a

-- name: array_query
select array(select sku from raw.items i where i.order_id = o.order_id order by line) as skus from raw.orders o

-- name: array_concat
select tags || ['q'] as t from raw.orders

-- name: json_ops
select payload -> 'a' ->> 'b' as b, payload ->> '$.c' as c, payload -> 'l' -> 0 as z from raw.orders

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

-- name: struct_sub
select s.x, s['y'] as y from (select {x: order_id, y: status} as s from raw.orders) t

-- name: struct_star
select s.* from (select {x: order_id, y: status} as s from raw.orders) t

-- name: nested_struct
select {a: {b: order_id}}.a.b as z, t.s.x from (select {x: 1} as s) t, raw.orders

-- name: array_of_struct
select u.x, u.y from (select [{x: 1, y: 'a'}, {x: 2, y: 'b'}] as l) t, unnest(l) as u
-- on duckdb:
select u.x, u.y from (select [{x: 1, y: 'a'}, {x: 2, y: 'b'}] as l) t, unnest(l) as u (u)

-- name: list_slice
select tags[2:] as a, tags[:1] as b, tags[1:2] as c from raw.orders

-- name: agg_order
select array_agg(sku order by qty desc, sku) filter (where qty > 1) as l, string_agg(distinct sku, ',' order by sku) as s from raw.items

-- name: window_agg_frames
select order_id, min(amount) over (order by order_id rows between current row and 2 following) as a, max(amount) over (order by order_id rows between unbounded preceding and 1 preceding) as b, count(*) over (partition by status order by ordered_at desc rows between 1 following and unbounded following) as c from raw.orders

-- name: window_range_desc
select order_id, sum(amount) over (order by order_id desc range between 2 preceding and 1 following) as a from raw.orders

-- name: window_range_date
select order_id, count(*) over (order by shipped range between interval '7 days' preceding and interval '7 days' following) as a from raw.orders where shipped is not null

-- name: window_range_dec
select order_id, count(*) over (order by amount range between 5 preceding and 5 following) as a from raw.orders where amount is not null

-- name: window_in_order
select order_id from raw.orders order by row_number() over (order by amount desc, order_id) limit 3

-- name: window_in_case
select order_id, case when row_number() over (partition by customer_id order by ordered_at) = 1 then 'first' else 'later' end as k from raw.orders

-- name: window_two_named
select order_id, sum(amount) over w1 as a, count(*) over w2 as b from raw.orders window w1 as (partition by customer_id), w2 as (w1 order by order_id)

-- name: qualify_named
select order_id from raw.orders window w as (partition by customer_id order by order_id) qualify row_number() over w = 1

-- name: qualify_where_group
select customer_id, status, count(*) as n from raw.orders where amount is not null group by all having count(*) > 0 qualify row_number() over (partition by customer_id order by n desc, status) = 1 order by customer_id limit 10
-- on duckdb:
select customer_id, status, count(*) as n from raw.orders where amount is not null group by 1, 2 having count(*) > 0 qualify row_number() over (partition by customer_id order by n desc, status) = 1 order by customer_id limit 10

-- name: grouping_sets_nested
select status, customer_id, count(*) as n, grouping(customer_id) as g from raw.orders group by grouping sets (status, rollup (customer_id))

-- name: group_by_expr_reuse
select case when amount > 10 then 'big' else 'small' end as size, count(*) as n from raw.orders group by case when amount > 10 then 'big' else 'small' end order by 2 desc, 1 limit 5

-- name: order_by_agg
select status from raw.orders group by status order by count(*) desc, status limit 2

-- name: order_by_not_selected
select order_id from raw.orders order by amount desc nulls last, order_id limit 2

-- name: distinct_order
select distinct status from raw.orders order by status limit 2

-- name: union_order
select order_id as id from raw.orders union all select customer_id from raw.customers order by id desc limit 3

-- name: union_parens
(select order_id as id from raw.orders order by amount desc nulls last limit 2) union all (select customer_id from raw.customers order by customer_id limit 1)

-- name: except_parens
select customer_id from raw.customers except (select customer_id from raw.orders union select 4)

-- name: union_nested
select 1 as a union all select 2 union select 2 intersect select 2

-- name: values_cte
with map(code, label) as (values ('done', 'D'), ('open', 'O')) select o.order_id, m.label from raw.orders o left join map m on m.code = o.status

-- name: values_types
select * from (values (1, 1.5, 'a', null, date '2024-01-01'), (2, 2.25, null, 3, null)) as v (a, b, c, d, e)

-- name: correlated_in
select name from raw.customers c where 20 in (select amount from raw.orders o where o.customer_id = c.customer_id)

-- name: correlated_lateral_join
select c.name, o.n, o.total from raw.customers c left join lateral (select count(*) as n, sum(amount) as total from raw.orders o where o.customer_id = c.customer_id) o on true

-- name: join_inequality
select a.order_id, b.order_id as other from raw.orders a join raw.orders b on a.customer_id = b.customer_id and a.order_id < b.order_id

-- name: join_three_using
select customer_id, name, sku from raw.customers left join raw.orders using (customer_id) left join raw.items using (order_id)

-- name: join_using_full_three
select order_id, a.status, b.sku, c.line from raw.orders a full join (select order_id, min(sku) as sku from raw.items group by 1) b using (order_id) full join (select order_id, max(line) as line from raw.items group by 1) c using (order_id)

-- name: join_natural_full
select * from (select customer_id, name from raw.customers) a natural full join (select customer_id, count(*) as n from raw.orders group by 1) b

-- name: star_two
select a.*, b.* exclude (customer_id) from raw.customers a join raw.orders b using (customer_id)

-- name: star_using
select * exclude (payload) from raw.customers join raw.orders using (customer_id)

-- name: count_distinct_multi
select count(distinct customer_id) as a, count(distinct customer_id) filter (where status = 'done') as b, sum(distinct amount) as c, avg(distinct amount) as d from raw.orders

-- name: date_literals
select date '2024-02-29' + interval '1 year' as a, timestamp '2024-01-01T10:00:00' as b, timestamp '2024-01-01 10:00:00.123456' as c, date '2024-01-01' < timestamp '2024-01-01 00:00:01' as d, interval '1 year 2 months 3 days 04:05:06' as e, interval '-1 day' as f

-- name: date_casts
select '2024-01-01'::date as a, '2024-01-01 10:00:00'::timestamp as b, cast('2024-01-01' as timestamp) as c, ordered_at::time as d, shipped::timestamp as e, shipped::text as f, order_id::text as g, amount::text as h, (amount > 5)::text as i, '1.25'::decimal(10,2) as j, 'true'::boolean as k, 1::boolean as l, true::int as m from raw.orders

-- name: cast_chain
select amount::int::text || '!' as a, (-amount)::int as b, -amount::int as c, not amount::int::bool as d, (amount * 100)::bigint as e from raw.orders

-- name: case_types
select case when order_id > 2 then 1 else 2.5 end as a, case when order_id > 2 then shipped else ordered_at end as b, case order_id when 1 then 'a' when 2 then null else 'z' end as c, coalesce(null, amount, 0) as d from raw.orders

-- name: bool_ops
select (amount > 5) = (order_id > 2) as b, amount is not null and amount > 1 as c, not status = 'x' as d from raw.orders

-- name: nulls_cmp
select nullif(amount, 20) as a, coalesce(amount, order_id) as b, amount is null as c, (amount = 20) is not true as d from raw.orders

-- name: string_ops
select 'it''s' as a from raw.customers

-- name: escape_string
select E'a\nb' as a

-- name: dollar
select $$it's$$ as a

-- name: unicode
select 'naïve café' as a, upper('straße') as b, length('日本語') as c
-- open: upper of letters that have no capital, by simple and by full mapping

-- name: position_words
select position('b' in 'abc') as a, substring('abcdef' from 2) as b, substring('abcdef' for 2) as c, trim('x' from 'xaxx') as d, trim(trailing 'x' from 'xaxx') as e, trim(both from ' a ') as f

-- name: extract_all
select extract(quarter from ordered_at) as q, extract(week from ordered_at) as w, extract(isodow from ordered_at) as i, extract(doy from ordered_at) as d, extract(minute from ordered_at) as m, extract(second from ordered_at) as s, extract(isoyear from ordered_at) as iy, extract(decade from ordered_at) as de, extract(hour from ordered_at) as h from raw.orders

-- name: date_trunc_all
select date_trunc('year', ordered_at) as a, date_trunc('quarter', ordered_at) as b, date_trunc('week', shipped) as c, date_trunc('hour', ordered_at) as d, date_trunc('minute', ordered_at) as e from raw.orders
-- differs: c date TIMESTAMP date_trunc of a date is a date

-- name: cte_shadow
with orders as (select order_id, status from raw.orders), items as (select * from raw.items) select orders.order_id, items.sku from orders inner join items on orders.order_id = items.order_id where orders.status = 'done'

-- name: cte_chain_star
with a as (select * from raw.orders), b as (select a.*, row_number() over (order by order_id) as rn from a), c as (select * from b where rn <= 2) select * exclude (tags, payload) from c

-- name: subquery_from_no_alias
select * from (select 1 as a)

-- name: subquery_select_agg
select (select count(*) from raw.orders) - (select count(*) from raw.customers) as diff, exists (select 1 from raw.orders where amount > 15) as e

-- name: having_no_group
select count(*) as n from raw.orders having count(*) > 1

-- name: limit_expr
select order_id from raw.orders order by 1 limit 1 + 1

-- name: limit_all
select order_id from raw.orders order by 1 limit all offset 5

-- name: order_using_alias_expr
select amount as a from raw.orders order by coalesce(a, 0) + 1 desc, order_id limit 2

-- name: quoted_upper
select "Name", "order" from (select name as "Name", 1 as "order" from raw.customers) as "T"

-- name: between_dates
select order_id from raw.orders where ordered_at::date between date '2024-01-01' and date '2024-01-31' and ordered_at >= date '2024-01-01'

-- name: interval_compare
select order_id from raw.orders where shipped - ordered_at::date > 1 and ordered_at - timestamp '2024-01-01' > interval '1 day'

-- name: in_mixed
select order_id from raw.orders where amount in (10.5, 20) and order_id in (1, 2.0)

-- name: not_exists_not_in
select c.name from raw.customers c where c.customer_id not in (select o.customer_id from raw.orders o where o.customer_id is not null)

-- name: unnest_alias
select order_id, upper(t) as u, t.t as v from raw.orders cross join unnest(tags) t
-- on duckdb:
select order_id, upper(t) as u, t as v from raw.orders cross join unnest(tags) as t (t)

-- name: series_alias
select n, n * 2 as m from generate_series(1, 3) as n
-- on duckdb:
select n, n * 2 as m from generate_series(1, 3) as n (n)

-- name: ordinality_alias
select t.ordinality, t.t from unnest(['a', 'b']) with ordinality as t
-- on duckdb:
select t.ordinality, t.t from unnest(['a', 'b']) with ordinality as t (t, ordinality)

-- name: pivot_two_for
select * from (select customer_id, status, extract(month from ordered_at) as m, amount from raw.orders) pivot (count(*) for status in ('done', 'open') m in (1, 2))

-- name: pivot_many_aggs
select * from (select status, amount from raw.orders) pivot (sum(amount) as total, max(amount) as mx for status in ('done' as d, 'open' as o))

-- name: pivot_cte
with s as (select customer_id, status from raw.orders) select customer_id, done, "open" from s pivot (count(*) for status in ('done', 'open'))

-- name: pivot_join
select c.name, p.* from raw.customers c left join (select * from (select customer_id, status from raw.orders) pivot (count(*) for status in ('done', 'open'))) p using (customer_id)

-- name: group_all_window
select status, count(*) as n, rank() over (order by count(*) desc, status) as r from raw.orders group by all
-- on duckdb:
select status, count(*) as n, rank() over (order by count(*) desc, status) as r from raw.orders group by status

-- name: order_all_desc
select status, order_id from raw.orders order by all desc limit 3

-- name: recursive_two
with recursive a(n) as (select 1 union all select n + 1 from a where n < 3), b(n) as (select n * 10 from a union all select n + 1 from b where n < 12) select * from a union all select * from b

-- name: recursive_join
with recursive chain(order_id, customer_id, depth) as (select order_id, customer_id, 1 from raw.orders where order_id = 1 union all select o.order_id, o.customer_id, c.depth + 1 from chain c join raw.orders o on o.customer_id = c.customer_id and o.order_id > c.order_id where c.depth < 3) select distinct order_id, max(depth) over (partition by order_id) as d from chain

-- name: recursive_types
with recursive t as (select 1 as n, 1.5::decimal(18,1) as d, 'a' as s union all select n + 1, (d * 2)::decimal(18,1), s || 'b' from t where n < 4) select * from t

-- name: quoted_tables
select "o"."order_id" from "raw"."orders" as "o"

-- name: upper_names
SELECT O.ORDER_ID, O.Status FROM RAW.ORDERS O WHERE O.STATUS = 'done'

-- name: struct_type_cast
select cast({x: 1, y: 'a'} as struct(x int, y text)) as s

-- name: array_types
select cast([1, 2] as int[]) as a, [1, 2]::bigint[] as b, [1.5, 2]::double[] as c, array[]::text[] as d

-- name: filter_distinct
select count(distinct sku) filter (where qty > 2) as n from raw.items

-- name: exists_union
select 1 as x where exists (select 1 from raw.orders union all select 2 from raw.items)

-- name: where_only
select 1 as x where true

-- name: select_const
select 1 as a, 'x' as b, null::int as c, true as d, 1.5 as e, date '2024-01-01' as f

-- name: null_typed
select null::int as a, cast(null as date) as b, nullif(1, 1) as c

-- name: arith_types
select 7 / 2 as a, 7 % 2 as b, -7 / 2 as c, 7.0 / 2 as d, 1 / 3.0 as e, 2 * 1.5 as f, 10 - 0.25 as g, 1e2 / 4 as h

-- name: arith_int
select order_id * 1000000 as a, order_id::bigint * 1000000000 as b, order_id + 1.0 as c, order_id::smallint + 1::smallint as d, order_id % 3 as e from raw.orders

-- name: dec_ops
select amount + 1 as a, amount * amount as b, amount - 0.001 as c, amount * 1.1 as d, -amount as e, amount % 3 as f, abs(amount) as g, round(amount * 1.055, 2) as h, round(amount, 0) as i, round(amount) as j, ceil(amount) as k, floor(amount / 3) as l from raw.orders

-- name: dec_agg
select sum(amount) as a, avg(amount) as b, min(amount) as c, sum(amount * 2) as d, sum(order_id) as e, avg(order_id) as f, sum(order_id * 1.5) as g, sum(score) as h, avg(score) as i from raw.orders join raw.customers using (customer_id)

-- name: union_types
select 1 as a union all select 2.5 union all select null

-- name: union_types2
select order_id as a, shipped as b from raw.orders union all select amount, ordered_at from raw.orders

-- name: case_null
select case when false then 1 end as a, case when true then null else 'x' end as b

-- name: coalesce_many
select coalesce(null, null, 1) as a, coalesce(shipped, ordered_at) as b, coalesce(tags, [])  as c from raw.orders

-- name: cmp_types
select order_id = 1.0 as a, amount > 5 as b, score > 1 as c, ordered_at > date '2024-01-01' as d, shipped = ordered_at::date as e, 'a' < 'B' as f from raw.orders join raw.customers using (customer_id)

-- name: date_plus
select shipped + 1 as a, shipped - 1 as b, shipped + interval '1 month' as c, shipped - shipped as d, ordered_at - interval '1 hour' as e, ordered_at - ordered_at as f, time '10:00' + interval '1 hour' as g, interval '1 day' * 3 as h, interval '1 day' + interval '2 hours' as i, -interval '1 day' as j from raw.orders
-- differs: d int4 BIGINT days between dates are an int4

-- name: between_expr
select order_id between 1 + 1 and 2 * 2 as a, amount not between 1 and 10 and true as b from raw.orders

-- name: like_expr
select name like 'A' || '%' as a, name like '%\%%' escape '\' as b, city not ilike '%LIS%' as c from raw.customers

-- name: in_expr
select order_id in (1, 1 + 1, 3) as a, status not in ('x') as b, null in (1) as c, (order_id, 1) in ((1, 1)) as d from raw.orders

-- name: any_ops
select order_id = any([1, 2]) as a, order_id <> all([1, 2]) as b, order_id > all(select line from raw.items) as c, order_id >= some (select line from raw.items) as d from raw.orders

-- name: subq_row
select (select max(qty) from raw.items) as a, (select name from raw.customers where customer_id = 1) as b

-- name: scalar_corr_agg
select o.order_id, (select sum(i.qty) from raw.items i where i.order_id = o.order_id) as q, coalesce((select max(i.price) from raw.items i where i.order_id = o.order_id), 0) as p from raw.orders o

-- name: agg_in_order_limit
select customer_id, sum(amount) as s from raw.orders group by customer_id order by sum(amount) desc nulls last, 1 limit 2

-- name: window_empty
select count(*) over () as n, row_number() over () > 0 as r from raw.orders

-- name: window_last
select order_id, last_value(order_id) over (order by order_id) as a, last_value(order_id) over (order by order_id range between current row and unbounded following) as b from raw.orders

-- name: window_respect
select order_id, first_value(amount) respect nulls over (order by order_id) as a from raw.orders
-- on duckdb:
select order_id, first_value(amount) over (order by order_id) as a from raw.orders

-- name: window_filter_agg
select order_id, sum(amount) filter (where status = 'done') over (order by order_id) as a, count(distinct status) over (partition by customer_id) as b from raw.orders

-- name: window_lag_default
select order_id, lag(amount, 2, 0) over (order by order_id) as a, lead(order_id, 1) over (order by order_id) as b, lag(status, 1, status) over (order by order_id) as c from raw.orders

-- name: window_ratio
select order_id, amount / sum(amount) over () as r from raw.orders

-- name: distinct_on_expr
select distinct on (date_trunc('month', ordered_at)) order_id, ordered_at from raw.orders order by date_trunc('month', ordered_at), amount desc nulls last, order_id

-- name: cross_join_unnest_expr
select o.order_id, t from raw.orders o cross join unnest(string_to_array(o.status, 'n')) as u(t)

-- name: lateral_chain
select o.order_id, a.x, b.y from raw.orders o, lateral (select o.order_id * 2 as x) a, lateral (select a.x + 1 as y) b

-- name: values_join
select v.code, count(o.order_id) as n from (values ('done'), ('open'), ('new')) as v(code) left join raw.orders o on o.status = v.code group by v.code

-- name: intersect_all2
(select status from raw.orders) intersect (select 'done' as status) except (select 'x' as status)

-- name: offset_only
select order_id from raw.orders order by order_id offset 4

-- name: nulls_order
select amount from raw.orders order by amount asc nulls first, order_id limit 2

-- name: timestamp_cast_trunc
select cast(date_trunc('month', shipped) as date) as a, date_trunc('month', shipped::timestamp) as b, cast(ordered_at as date) - shipped as c from raw.orders
-- differs: c int4 BIGINT days between dates are an int4
-- name: group_key_in_subquery
select customer_id, (select max(i.qty) from raw.items i where i.order_id = o.customer_id) as m, exists (select 1 from raw.items i where i.order_id = o.customer_id and i.qty > 5) as e from raw.orders o group by customer_id having customer_id in (select c.customer_id from raw.customers c where c.customer_id = o.customer_id)

-- name: pivot_in_join
select p.*, a.sku from raw.items a join (select status, customer_id, amount as price from raw.orders) as s pivot (sum(price) for status in ('done', 'open')) p on p.customer_id = a.order_id

-- name: unpivot_in_join
select a.order_id, u.k, u.v from raw.items a right join (select order_id, line, qty from raw.items) as s unpivot (v for k in (line, qty)) u on u.order_id = a.order_id

-- name: outer_and_inner_aggregate
select o.order_id, (select max(o.order_id + i.qty) from raw.items i) as s from raw.orders o

-- name: lambda_by_arrow
select list_filter(tags, x -> x > 'a') as u, list_transform(tags, t -> upper(t) || '!') as v, (payload -> 'a') ->> 'b' as w, coalesce(payload -> 'a' ->> 'b', 'x') as j from raw.orders

-- name: lambda_of_column
select list_transform(tags, x -> x || '-' || city) as u from raw.orders join raw.customers using (customer_id)

-- name: lambda_with_place
select list_transform([1, 2, 3], lambda x, i: x * i) as u, list_filter([1, 2, 3], lambda x: x <> 2) as f

-- name: units_at_the_end
select date_diff(shipped, ordered_at::date, day) as d, date_trunc(ordered_at, month) as m, safe_cast(status as int64) as s, amount::number(10,2) as n from raw.orders
-- on duckdb:
select date_diff('day', ordered_at::date, shipped) as d, date_trunc('month', ordered_at) as m, try_cast(status as bigint) as s, amount::decimal(10,2) as n from raw.orders

-- name: mixed_2
select order_id::float as f, score::real as r from raw.orders join raw.customers using (customer_id)
-- differs: f double FLOAT float is PostgreSQL's, of 53 bits

-- name: mixed_3
select unnest(tags) as t, unnest([1, 2]) as n from raw.orders

-- name: mixed_4
select order_id, row_number() over (order by order_id) as rn, count(*) over () as c from raw.orders where order_id in (select unnest([1, 3]))

-- name: mixed_5
select max(x) as m from (select unnest([1, 2, 3]) as x)

-- name: mixed_6
with a as (select 1 as x union all select 2), b as (select x, sum(x) over (order by x) as s from a) select a.x, b.s, (select count(*) from b b2 where b2.x <= a.x) as n from a join b using (x) where exists (select 1 from b where b.x = a.x)

-- name: mixed_7
select o.customer_id, c.name from raw.orders o join raw.customers c using (customer_id) group by o.customer_id, c.name

-- name: mixed_8
select customer_id, name from raw.orders join raw.customers using (customer_id) group by all order by 1 limit 3

-- name: mixed_9
select coalesce(o.customer_id, c.customer_id) as id from raw.orders o full join raw.customers c using (customer_id) group by coalesce(o.customer_id, c.customer_id)

-- name: mixed_10
select case when grouping(status) = 1 then 'all' else status end as s, sum(amount) as t from raw.orders group by rollup (status) order by grouping(status), s limit 10

-- name: mixed_11
select status, sum(amount) as t from raw.orders group by grouping sets ((status), ()) having grouping(status) = 0 or sum(amount) > 1

-- name: mixed_12
select date_trunc('month', ordered_at) as m, status, count(*) as n from raw.orders group by grouping sets ((m), (m, status), ())

-- name: mixed_13
select (select array_agg(sku order by sku) from raw.items i where i.order_id = o.order_id) as skus, array(select qty from raw.items i where i.order_id = o.order_id order by qty) as q from raw.orders o

-- name: mixed_14
select * from raw.items where (order_id, line) not in (select order_id, max(line) from raw.items group by 1)

-- name: mixed_15
select sum(case when status = 'done' then amount else 0 end) / nullif(sum(amount), 0) as r, count(*) filter (where status = 'done')::decimal / count(*) as p, 100 * count(distinct customer_id) / count(*) as q from raw.orders

-- name: mixed_17
select sum(x) as s from (select amount as x from raw.orders union all select -1 * amount from raw.orders) t having count(*) > 2

-- name: mixed_18
select a.order_id from raw.orders a, raw.items b, raw.customers c where a.order_id = b.order_id and c.customer_id = a.customer_id and (b.qty > 2 or c.city is null) and not (a.status = 'open' and b.sku = 'apple')
