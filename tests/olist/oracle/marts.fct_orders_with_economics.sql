select o.order_id, o.bought::date as order_date, date_trunc('month', o.bought)::date as order_month, o.order_status, o.sale as is_sale,
       c.customer_state, coalesce(i.lines, 0) as item_count, i.price, i.freight as freight_value,
       coalesce(i.total, 0.00) as total_value, dollars(coalesce(i.total, 0), e.usd_brl) as total_value_usd,
       p.paid as paid_value, p.main as main_payment_type, p.instalments as installments, p.paid - i.total as payment_difference,
       date_diff('day', o.bought::date, o.delivered::date) as delivery_days, o.delivered::date > o.promised::date as is_late,
       r.score as review_score, e.usd_brl, e.ipca as ipca_month, e.selic as selic_target, period(e.usd_brl) as exchange_rate_period
from orders o
join customers c on c.customer_id = o.customer_id
left join (select order_id, count(*) as lines, sum(price) as price, sum(freight) as freight, sum(total) as total from items group by order_id) i on i.order_id = o.order_id
left join (select order_id, sum(paid) as paid, max(instalments) as instalments,
                  first(payment_type order by paid desc, number) as main from payments group by order_id) p on p.order_id = o.order_id
left join (select order_id, first(score order by answered desc nulls last, review_id) as score from reviews group by order_id) r on r.order_id = o.order_id
left join economy e on e.day = o.bought::date
