with bought as (
  select c.customer_unique_id, c.customer_state, lower(trim(c.customer_city)) as city, o.order_id, o.bought, o.sale,
         coalesce((select sum(total) from items i where i.order_id = o.order_id), 0.00) as total
  from orders o join customers c on c.customer_id = o.customer_id
),
earlier as (  -- pairs of a person's orders, the second not after the first
  select a.order_id, count(*) as number, max(b.bought::date) filter (where b.order_id <> a.order_id) as previous,
         sum(case when b.sale then b.total else 0 end) as lifetime
  from bought a join bought b on a.customer_unique_id = b.customer_unique_id and (b.bought, b.order_id) <= (a.bought, a.order_id)
  group by a.order_id
)
select a.customer_unique_id, a.order_id, a.bought::date as order_date, a.sale as is_sale, a.city as customer_city, a.customer_state,
       e.number as purchase_number, date_diff('day', e.previous, a.bought::date) as days_since_previous,
       a.total as total_value, e.lifetime as lifetime_value, dollars(a.total, x.usd_brl) as total_value_usd,
       x.usd_brl, x.selic as selic_target, x.ipca as ipca_month, period(x.usd_brl) as exchange_rate_period
from bought a join earlier e using (order_id) left join economy x on x.day = a.bought::date
