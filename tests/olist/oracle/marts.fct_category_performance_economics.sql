-- The mean is a decimal with six digits, rounded again where four are asked for: as the language says of avg().
select name as category_name, name_pt as category_name_pt, state as customer_state, date_trunc('month', day)::date as order_month,
       count(distinct order_id) as order_count, count(*) as item_count,
       sum(total) as total_revenue_brl, sum(dollars(total, usd_brl)) as total_revenue_usd,
       (((mean(sum(usd_brl), count(*), 6) + 50) // 100)::decimal(14,0) * 0.0001)::decimal(10,4) as avg_exchange_rate,
       period(mean(sum(usd_brl), count(*), 6)::decimal(18,0) * 0.000001) as exchange_rate_period,
       max(ipca) as ipca_month, (((mean(sum(selic), count(*), 6) + 50) // 100)::decimal(14,0) * 0.0001)::decimal(9,4) as avg_selic
from sold
group by name, name_pt, state, date_trunc('month', day)::date
