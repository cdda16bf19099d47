select c.customer_state, lower(trim(c.customer_city)) as customer_city, date_trunc('month', o.bought)::date as order_month,
       count(*) as order_count, count(distinct c.customer_unique_id) as customer_count,
       sum(coalesce((select sum(total) from items i where i.order_id = o.order_id), 0.00)) as total_value
from orders o join customers c on c.customer_id = o.customer_id
where o.sale
group by all
