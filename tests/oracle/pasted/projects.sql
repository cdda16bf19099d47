-- name: jaffle_customers
with customers as (select * from raw.customers), orders as (select * from raw.orders),
customer_orders as (
    select customer_id, min(ordered_at) as first_order, max(ordered_at) as most_recent_order, count(order_id) as number_of_orders
    from orders group by customer_id
),
customer_payments as (
    select orders.customer_id, sum(amount) as total_amount
    from raw.items as payments left join orders on payments.order_id = orders.order_id
    group by orders.customer_id
),
final as (
    select customers.customer_id, customers.name, customer_orders.first_order, customer_orders.most_recent_order, customer_orders.number_of_orders, customer_payments.total_amount as customer_lifetime_value
    from customers
    left join customer_orders on customers.customer_id = customer_orders.customer_id
    left join customer_payments on customers.customer_id = customer_payments.customer_id
)
select * from final

-- name: jaffle_orders
with order_items as (select * from raw.items),
order_items_summary as (
    select order_id, sum(price * qty) as order_cost, count(*) as count_order_items,
      sum(case when sku like 'a%' then 1 else 0 end) as count_food_items,
      sum(case when sku = 'pear' then qty else 0 end) as count_drink_items
    from order_items group by 1
),
compute_booleans as (
    select orders.*, order_items_summary.order_cost, order_items_summary.count_food_items > 0 as is_food_order, order_items_summary.count_drink_items > 0 as is_drink_order
    from raw.orders left join order_items_summary on orders.order_id = order_items_summary.order_id
),
customer_order_count as (
    select *, row_number() over (partition by customer_id order by ordered_at asc) as customer_order_number from compute_booleans
)
select order_id, customer_order_number, is_food_order, is_drink_order from customer_order_count

-- name: snowplow_sessions
with prep as (
  select order_id as event_id, customer_id as user_id, ordered_at as ts, lag(ordered_at) over (partition by customer_id order by ordered_at) as prev_ts from raw.orders
), marked as (
  select *, case when prev_ts is null or ts - prev_ts > interval '30 minutes' then 1 else 0 end as is_new from prep
), sessions as (
  select *, sum(is_new) over (partition by user_id order by ts rows between unbounded preceding and current row) as session_index from marked
)
select concat(user_id::text, '-', session_index::text) as session_id, min(ts) as started, max(ts) as ended, count(*) as events, datediff('second', min(ts), max(ts)) as duration from sessions group by user_id, session_index

-- name: fivetran_style
select order_id, cast(amount as numeric(28, 6)) as amount, cast(ordered_at as timestamp) as created_timestamp, coalesce(cast(shipped as timestamp), cast(null as timestamp)) as shipped_at,
 cast(null as varchar) as _fivetran_synced, row_number() over (partition by order_id order by ordered_at desc) = 1 as is_most_recent
from raw.orders where not coalesce(status = 'deleted', false)

-- name: surrogate_key
select md5(cast(coalesce(cast(order_id as varchar), '_dbt_utils_surrogate_key_null_') || '-' || coalesce(cast(line as varchar), '_dbt_utils_surrogate_key_null_') as varchar)) as item_key from raw.items

-- name: date_spine
with recursive spine as (select date '2024-01-01' as d union all select cast(d + interval '1 day' as date) from spine where d < date '2024-01-10') select d as date_day, extract(isodow from d) as dow, date_trunc('week', d)::date as week_start, strftime(d, '%Y-%m') as ym, last_day(d) as eom, d + interval 1 month - interval 1 day as x from spine

-- name: mrr
with months as (select distinct date_trunc('month', ordered_at)::date as month_start from raw.orders),
joined as (select c.customer_id, m.month_start, coalesce(sum(o.amount), 0) as mrr from raw.customers c cross join months m left join raw.orders o on o.customer_id = c.customer_id and date_trunc('month', o.ordered_at)::date = m.month_start group by 1, 2),
flagged as (select *, mrr > 0 as is_active, lag(mrr > 0, 1, false) over w as prev_active, lag(mrr, 1, 0) over w as prev_mrr from joined window w as (partition by customer_id order by month_start))
select customer_id, month_start, mrr, mrr - prev_mrr as mrr_change, case when not prev_active and is_active then 'new' when prev_active and not is_active then 'churn' when mrr > prev_mrr then 'upgrade' when mrr < prev_mrr then 'downgrade' end as change_category from flagged

-- name: scd2
select sku, price, valid_from, lead(valid_from) over (partition by sku order by valid_from) as valid_to, lead(valid_from) over (partition by sku order by valid_from) is null as is_current from raw.prices

-- name: dedupe
select * exclude (rn) from (select *, row_number() over (partition by customer_id order by ordered_at desc) as rn from raw.orders) where rn = 1

-- name: rfm
with r as (select customer_id, date_diff('day', max(ordered_at)::date, date '2024-04-01') as recency, count(*) as frequency, sum(coalesce(amount, 0)) as monetary from raw.orders group by customer_id)
select *, ntile(4) over (order by recency desc, customer_id) as r_score, ntile(4) over (order by frequency, customer_id) as f_score, ntile(4) over (order by monetary, customer_id) as m_score from r

-- name: cohort
with first as (select customer_id, date_trunc('month', min(ordered_at)) as cohort from raw.orders group by 1)
select f.cohort, date_diff('month', f.cohort, date_trunc('month', o.ordered_at)) as period, count(distinct o.customer_id) as users from raw.orders o join first f using (customer_id) group by 1, 2 order by 1, 2

-- name: funnel
select count(distinct customer_id) as users, count(distinct case when status = 'open' then customer_id end) as opened, count(distinct case when status = 'done' then customer_id end) as done, round(100.0 * count(distinct case when status = 'done' then customer_id end) / nullif(count(distinct customer_id), 0), 2) as pct from raw.orders

-- name: running
select ordered_at::date as day, sum(amount) as amount, sum(sum(amount)) over (order by ordered_at::date) as running, avg(sum(amount)) over (order by ordered_at::date rows between 6 preceding and current row) as ma7 from raw.orders group by 1

-- name: pct_total
select status, count(*) as n, count(*) * 1.0 / sum(count(*)) over () as share from raw.orders group by status

-- name: top_n
select * from (select i.sku, o.status, sum(i.qty) as q, rank() over (partition by o.status order by sum(i.qty) desc) as rk from raw.items i join raw.orders o using (order_id) group by 1, 2) where rk <= 2

-- name: pivot_case
select customer_id, max(case when status = 'done' then ordered_at end) as last_done, sum(case when status = 'open' then amount else 0 end) as open_amount, count(*) filter (where status = 'cancelled') as cancelled from raw.orders group by customer_id

-- name: json_extract
select order_id, json_extract_string(payload, '$.a.b') as b, cast(payload ->> 'c' as varchar) as c, (payload -> 'a' ->> 'b')::int as n, json_array_length(payload -> 'l') as len from raw.orders
-- differs: len int8 UBIGINT lengths are an int8

-- name: split
select name, split_part(name, 'n', 1) as p, upper(left(name, 1)) || lower(substr(name, 2)) as cap, length(name) as l, replace(name, 'n', 'm') as r, lpad(customer_id::text, 5, '0') as z, trim(name) as t, regexp_replace(name, '[^A-Za-z]', '', 'g') as clean, reverse(name) as rv, concat(name, '-', city) as cc, concat_ws(', ', name, city) as cw, contains(name, 'n') as has, starts_with(name, 'A') as st from raw.customers

-- name: first_last
select customer_id, first_value(status) over (partition by customer_id order by ordered_at) as f, last_value(status) over (partition by customer_id order by ordered_at rows between unbounded preceding and unbounded following) as l from raw.orders

-- name: arg_max
select customer_id, arg_max(status, ordered_at) as last_status, min_by(status, ordered_at) as first_status from raw.orders group by 1

-- name: bool_agg
select customer_id, bool_or(status = 'done') as any_done, bool_and(amount > 5) as all_big from raw.orders group by 1

-- name: stats
select stddev(amount) as s, variance(amount) as v, stddev_pop(amount) as sp, corr(order_id, customer_id) as c, median(amount) as m, count(distinct (customer_id, status)) as cd from raw.orders
-- on duckdb:
select stddev(amount) as s, variance(amount) as v, stddev_pop(amount) as sp, corr(order_id, customer_id) as c, median(amount::double) as m, count(distinct (customer_id, status)) as cd from raw.orders

-- name: union_sources
select 'a' as src, order_id as id, amount from raw.orders union all select 'b', customer_id, score::decimal(12,2) from raw.customers union all select 'c', line, null from raw.items

-- name: gaps
select * from (select order_id, ordered_at, lead(ordered_at) over (order by ordered_at) as nxt from raw.orders) t where nxt > ordered_at + interval '14 days'

-- name: islands
with g as (select order_id, customer_id, order_id - row_number() over (partition by customer_id order by order_id) as grp from raw.orders) select customer_id, min(order_id) as a, max(order_id) as b, count(*) as n from g group by customer_id, grp

-- name: exists_dedupe
select o.* from raw.orders o where o.ordered_at = (select max(o2.ordered_at) from raw.orders o2 where o2.customer_id = o.customer_id)

-- name: delete_insert
select coalesce(n.sku, o.sku) as sku, case when o.sku is null then 'insert' when n.sku is null then 'delete' when n.price is distinct from o.price then 'update' end as op from (select * from raw.prices where valid_from < date '2024-02-01') o full outer join (select * from raw.prices where valid_from >= date '2024-02-01') n on n.sku = o.sku

-- name: time_parts
select date_part('year', ordered_at) as y, year(ordered_at) as y2, month(ordered_at) as m, dayofweek(ordered_at) as dow, hour(ordered_at) as h, week(ordered_at) as w, quarter(ordered_at) as q, dayname(ordered_at) as dn, monthname(ordered_at) as mn, to_char(ordered_at, 'YYYY-MM') as tc, epoch(ordered_at) as ep, make_date(2024, 1, 2) as md, date_add(ordered_at, interval 1 day) as da, strptime('2024-01-05', '%Y-%m-%d') as sp, to_timestamp(0) as tt, age(timestamp '2024-01-01', timestamp '2023-01-01') as ag from raw.orders
-- on duckdb:
select date_part('year', ordered_at) as y, year(ordered_at) as y2, month(ordered_at) as m, dayofweek(ordered_at) as dow, hour(ordered_at) as h, week(ordered_at) as w, quarter(ordered_at) as q, dayname(ordered_at) as dn, monthname(ordered_at) as mn, strftime(ordered_at, '%Y-%m') as tc, epoch(ordered_at) as ep, make_date(2024, 1, 2) as md, date_add(ordered_at, interval 1 day) as da, strptime('2024-01-05', '%Y-%m-%d') as sp, to_timestamp(0) as tt, age(timestamp '2024-01-01', timestamp '2023-01-01') as ag from raw.orders

-- name: date_fn
select date(ordered_at) as d, dateadd('day', 7, shipped) as p, datepart('month', ordered_at) as dp from raw.orders
-- on duckdb:
select date(ordered_at) as d, (shipped + interval 7 day)::date as p, datepart('month', ordered_at) as dp from raw.orders

-- name: math
select abs(-amount) as a, ceil(amount) as c, floor(amount) as f, round(amount, 1) as r, sqrt(amount) as s, ln(amount) as l, exp(1) as e, power(amount, 2) as p, mod(order_id, 2) as m, sign(amount) as sg, trunc(amount) as t, greatest(amount, 1) as g, log10(amount) as lg, amount::int as i, pi() as pi from raw.orders where amount > 0
-- differs: m int8 INTEGER mod() of integers is an int8
-- differs: sg int4 TINYINT a sign is an int4

-- name: decode
select case when status in ('done') then 'D' when status in ('open', 'cancelled') then 'X' end as s from raw.orders join raw.customers using (customer_id)

-- name: list_fns
select order_id, len(tags) as n, list_contains(tags, 'a') as h, array_to_string(tags, ',') as s, list_sort(list_distinct(tags)) as d, list_sort(tags) as so, array_length(tags) as al, cardinality(tags) as ca, tags[1] as f from raw.orders
-- on duckdb:
select order_id, len(tags) as n, list_contains(tags, 'a') as h, array_to_string(tags, ',') as s, list_sort(list_distinct(tags)) as d, list_sort(tags) as so, array_length(tags) as al, len(tags) as ca, tags[1] as f from raw.orders

-- name: string_split
select unnest(string_split('a,b,c', ',')) as s

-- name: string_to_array
select s from unnest(string_to_array('a,b', ',')) as t(s)

-- name: listagg
select customer_id, listagg(status, ',') within group (order by order_id) as s from raw.orders group by 1
-- on duckdb:
select customer_id, string_agg(status, ',' order by order_id) as s from raw.orders group by 1

-- name: group_concat
select customer_id, group_concat(status, ',' order by order_id) as s from raw.orders group by 1

-- name: safe_divide
select amount / nullif(order_id - 1, 0) as r, amount / order_id as q, order_id / 2 as h, 1.0 * order_id / 3 as t from raw.orders

-- name: any_value
select customer_id, any_value(name) as n, count(*) as c from raw.orders join raw.customers using (customer_id) group by customer_id

-- name: hash
select sha256(name) as h, md5(name) as m from raw.customers

-- name: nested_case
select case when amount is null then 'none' when amount < 10 then case when status = 'done' then 'small done' else 'small' end else 'big' end as bucket, count(*) as n from raw.orders group by 1 having count(*) >= 1 order by n desc limit 10

-- name: lateral_alias
select amount * 2 as dbl, dbl + 1 as more from raw.orders

-- name: window_diff
select order_id, amount - lag(amount) over (partition by customer_id order by ordered_at) as diff, 100 * (amount - lag(amount) over w) / lag(amount) over w as pct from raw.orders window w as (order by ordered_at)

-- name: generate_hours
select h from generate_series(timestamp '2024-01-01', timestamp '2024-01-01 05:00', interval '1 hour') as t(h)

-- name: count_star_cond
select count(*) as n, count(*) - count(amount) as nulls, sum((amount is null)::int) as nulls2, avg(case when amount is null then 1.0 else 0 end) as rate, count_if(amount > 5) as ci from raw.orders

-- name: quoted
select "order_id" as "Order ID", "amount" as "Amount ($)" from raw.orders

-- name: histogram
select width_bucket(amount, 0, 30, 3) as b, count(*) as n from raw.orders group by 1
-- on duckdb:
select case when amount < 0 then 0 when amount >= 30 then 4 else floor(amount / 10)::int + 1 end as b, count(*) as n from raw.orders group by 1

-- name: ga_sessions
with events as (select user_id as visitor, event_time as ts, url, lead(event_time) over w as next_ts, first_value(url) over (partition by user_id order by event_time rows between unbounded preceding and unbounded following) as landing from raw.hits window w as (partition by user_id order by event_time)) select visitor, landing, count(*) as n, avg(extract(epoch from next_ts - ts)) as avg_s from events group by visitor, landing

-- name: attribution
with touches as (select o.order_id, h.traffic_source_id, h.event_time, row_number() over (partition by o.order_id order by h.event_time desc) as last_rank, row_number() over (partition by o.order_id order by h.event_time) as first_rank, count(*) over (partition by o.order_id) as n from raw.orders o join raw.hits h on h.user_id = o.customer_id and h.event_time <= o.ordered_at) select order_id, max(case when first_rank = 1 then traffic_source_id end) as first_touch, max(case when last_rank = 1 then traffic_source_id end) as last_touch, sum(case when n = 1 then 1.0 when last_rank = 1 or first_rank = 1 then 0.5 when n > 2 then 0.0 end) as w from touches group by order_id

-- name: coalesce_sources
select coalesce(a.customer_id, b.customer_id) as customer_id, a.orders, b.joined, coalesce(a.orders, 0) > 0 as has_orders from (select customer_id, count(*) as orders from raw.orders group by 1) as a full outer join raw.customers as b on a.customer_id = b.customer_id

-- name: json_events
select order_id, payload ->> 'c' as kind, cast(payload -> 'a' ->> 'b' as int) as b, payload ->> 'missing' is null as no_such, payload -> 'l' ->> 0 as first from raw.orders where payload is not null and payload ->> 'c' in ('x', 'y', 'ñ')
-- on duckdb:
select order_id, payload ->> 'c' as kind, cast(payload -> 'a' ->> 'b' as int) as b, (payload ->> 'missing') is null as no_such, payload -> 'l' ->> 0 as first from raw.orders where payload is not null and (payload ->> 'c') in ('x', 'y', 'ñ')

-- name: unpivot_union
select order_id, 'qty' as metric, qty::decimal(12,2) as value from raw.items union all select order_id, 'price', price from raw.items union all select order_id, 'total', qty * price from raw.items

-- name: pivot_months
select status, sum(amount) filter (where extract(month from ordered_at) = 1) as jan, sum(amount) filter (where extract(month from ordered_at) = 2) as feb, sum(case extract(month from ordered_at) when 3 then amount end) as mar from raw.orders group by status

-- name: first_order_flag
select o.*, o.ordered_at = min(o.ordered_at) over (partition by o.customer_id) as is_first, date_diff('day', lag(o.ordered_at) over (partition by o.customer_id order by o.ordered_at), o.ordered_at) as days_since from raw.orders o

-- name: cumulative_distinct
select day, count(*) as new_users, sum(count(*)) over (order by day) as cumulative from (select customer_id, min(ordered_at)::date as day from raw.orders group by customer_id) first group by day

-- name: spine_left_join
with spine as (select d::date as day from generate_series(timestamp '2024-01-01', timestamp '2024-01-07', interval '1 day') as s(d)) select s.day, coalesce(count(o.order_id), 0) as orders, coalesce(sum(o.amount), 0) as revenue from spine s left join raw.orders o on o.ordered_at::date = s.day group by s.day

-- name: inventory_snapshot
select i.sku, i.qty, p.price, i.qty * p.price as value from (select sku, sum(qty) as qty from raw.items group by sku) i left join (select distinct on (sku) sku, price from raw.prices order by sku, valid_from desc) p using (sku)

-- name: as_of_join_pasted
select o.order_id, i.sku, p.price as list_price, i.price - p.price as diff from raw.orders o join raw.items i using (order_id) asof left join raw.prices p on i.sku = p.sku and o.ordered_at >= p.valid_from

-- name: hierarchy
with recursive tree(id, parent, path, depth) as (select 1, cast(null as int), 'root', 0 union all select t.id + 1, t.id, t.path || '/' || cast(t.id + 1 as varchar), t.depth + 1 from tree t where t.depth < 3) select * from tree

-- name: percent_of_parent
select i.order_id, i.sku, i.qty * i.price as line_total, round(100 * (i.qty * i.price) / sum(i.qty * i.price) over (partition by i.order_id), 2) as pct from raw.items i

-- name: bucket_case
select case when amount >= 20 then '20+' when amount >= 10 then '10-20' when amount > 0 then '0-10' else 'none' end as bucket, count(*) as n, min(amount) as lo, max(amount) as hi from raw.orders group by 1

-- name: email_domain
select customer_id, lower(trim(name)) || '@example.com' as email, split_part(lower(trim(name)) || '@example.com', '@', 2) as domain, substring(name, 1, 1) as initial from raw.customers

-- name: dq_checks
select 'orders' as tbl, count(*) as n, count(*) filter (where amount is null) as null_amount, count(*) - count(distinct order_id) as dup_ids from raw.orders union all select 'items', count(*), 0, count(*) - count(distinct (order_id, line)) from raw.items

-- name: except_diff
select 'missing' as kind, order_id from (select order_id from raw.orders except select order_id from raw.items) a union all select 'orphan', order_id from (select order_id from raw.items except select order_id from raw.orders) b

-- name: latest_nonnull
select distinct customer_id, last_value(shipped) ignore nulls over (partition by customer_id order by ordered_at rows between unbounded preceding and unbounded following) as last_shipped from raw.orders
-- on duckdb:
select distinct customer_id, last_value(shipped ignore nulls) over (partition by customer_id order by ordered_at rows between unbounded preceding and unbounded following) as last_shipped from raw.orders

-- name: cross_apply_style
select c.customer_id, x.k, x.v from raw.customers c cross join lateral (values ('name', c.name), ('city', c.city)) as x(k, v)

-- name: window_dedupe_sum
select sum(amount) as total from (select distinct order_id, amount from raw.orders join raw.items using (order_id)) t

-- name: boolean_flags
select customer_id, max(status = 'open') as any_open from raw.orders group by customer_id

-- name: max_bool_case
select customer_id, max(case when status = 'open' then 1 else 0 end) = 1 as any_open, bool_or(status = 'open') as any_open2 from raw.orders group by customer_id

-- name: week_over_week
with weekly as (select date_trunc('week', event_time) as week, count(*) as n from raw.hits group by 1) select week, n, lag(n) over (order by week) as prev, (n - lag(n) over (order by week)) * 100.0 / nullif(lag(n) over (order by week), 0) as wow from weekly

-- name: retention_matrix
with first as (select user_id, min(event_date) as d0 from raw.hits group by user_id) select f.d0, h.event_date - f.d0 as day_n, count(distinct h.user_id) as users, count(distinct h.user_id) * 100.0 / first_value(count(distinct h.user_id)) over (partition by f.d0 order by h.event_date - f.d0) as pct from raw.hits h join first f using (user_id) group by f.d0, h.event_date - f.d0
-- differs: day_n int4 BIGINT days between dates are an int4

-- name: sliding_30d
select customer_id, ordered_at, count(*) over (partition by customer_id order by ordered_at range between interval '30 days' preceding and current row) as orders_30d, sum(amount) over (partition by customer_id order by ordered_at range between interval 30 day preceding and interval 1 second preceding) as prev_30d from raw.orders

-- name: string_agg_distinct
select o.customer_id, string_agg(distinct i.sku, ', ' order by i.sku) as skus, count(distinct i.sku) as n from raw.orders o join raw.items i on i.order_id = o.order_id group by o.customer_id

-- name: in_tuple_subquery
select * exclude (tags, payload) from raw.orders where (customer_id, ordered_at) in (select customer_id, max(ordered_at) from raw.orders group by customer_id)

-- name: not_distinct_join
select c.customer_id, c2.customer_id as same_city from raw.customers c join raw.customers c2 on c.city is not distinct from c2.city and c.customer_id < c2.customer_id

-- name: greatest_dates
select order_id, greatest(ordered_at::date, shipped) as last_touch, least(shipped, date '2024-02-01') as capped from raw.orders

-- name: having_window
select customer_id from raw.orders group by customer_id having sum(coalesce(amount, 0)) > (select avg(coalesce(amount, 0)) from raw.orders)

-- name: multi_cte_join_using
with o as (select customer_id, count(*) as n_orders, sum(amount) as ltv from raw.orders group by 1), i as (select o.customer_id, sum(qty) as items from raw.items join raw.orders o using (order_id) group by 1) select c.customer_id, c.name, coalesce(o.n_orders, 0) as n_orders, o.ltv, i.items from raw.customers c left join o using (customer_id) left join i using (customer_id)

-- name: nested_agg
select avg(n) as avg_orders, max(n) as max_orders, percentile_cont(0.5) within group (order by n) as median from (select customer_id, count(*) as n from raw.orders group by customer_id) t

-- name: zero_fill_cross
select c.customer_id, s.status, count(o.order_id) as n from raw.customers c cross join (select distinct status from raw.orders) s left join raw.orders o on o.customer_id = c.customer_id and o.status = s.status group by 1, 2

-- name: units_as_words
select datediff(day, shipped, date '2024-12-31') as d, dateadd(month, 1, shipped) as a, date_trunc(month, ordered_at) as m, date_part(year, ordered_at) as y, datediff(hour, ordered_at, timestamp '2024-12-31') as h from raw.orders
-- on duckdb:
select datediff('day', shipped, date '2024-12-31') as d, (shipped + interval '1 month')::date as a, date_trunc('month', ordered_at) as m, date_part('year', ordered_at) as y, datediff('hour', ordered_at, timestamp '2024-12-31') as h from raw.orders

-- name: approximate_count
select approx_count_distinct(status) >= 0 as some from raw.orders
-- open: approx_count_distinct

-- name: list_flatten
select flatten([[1], [2]]) as fl
-- postgres lacks: no function `flatten`
