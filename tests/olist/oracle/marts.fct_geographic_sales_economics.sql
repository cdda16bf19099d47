select state as customer_state, name as category_name, day as order_date,
       case when state in ('SP', 'RJ', 'MG', 'ES') then 'Southeast' when state in ('PR', 'SC', 'RS') then 'South'
            when state in ('DF', 'GO', 'MT', 'MS') then 'Central-West'
            when state in ('AC', 'AM', 'AP', 'PA', 'RO', 'RR', 'TO') then 'North' else 'Northeast' end as region,
       count(distinct order_id) as order_count, count(distinct person) as customer_count,
       count(distinct case when late then order_id end) as late_count,
       sum(total) as total_revenue_brl, sum(dollars(total, usd_brl)) as total_revenue_usd, max(usd_brl) as usd_brl, max(selic) as selic_target
from sold
group by state, name, day
