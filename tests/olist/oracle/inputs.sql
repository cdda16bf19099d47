-- The files as they are, typed by hand; nothing here comes from gov. {data} and {bcb} are filled in by marts.py.
create view customers as
select customer_id, customer_unique_id, customer_zip_code_prefix, customer_city, customer_state
from read_csv('{data}/olist_customers_dataset.csv*', header = true, delim = ',', quote = '"', escape = '"', all_varchar = true);

create view orders as
select order_id, customer_id, order_status,
       order_purchase_timestamp::timestamp as bought, order_approved_at::timestamp as approved,
       order_delivered_carrier_date::timestamp as shipped, order_delivered_customer_date::timestamp as delivered,
       order_estimated_delivery_date::timestamp as promised,
       order_status in ('delivered', 'shipped', 'approved') as sale
from read_csv('{data}/olist_orders_dataset.csv*', header = true, delim = ',', quote = '"', escape = '"', all_varchar = true);

create view items as
select order_id, order_item_id::int as line, product_id, seller_id, price::decimal(18,2) as price, freight_value::decimal(18,2) as freight,
       price::decimal(18,2) + freight_value::decimal(18,2) as total
from read_csv('{data}/olist_order_items_dataset.csv*', header = true, delim = ',', quote = '"', escape = '"', all_varchar = true);

create view payments as
select order_id, payment_sequential::int as number, payment_type, payment_installments::int as instalments, payment_value::decimal(18,2) as paid
from read_csv('{data}/olist_order_payments_dataset.csv*', header = true, delim = ',', quote = '"', escape = '"', all_varchar = true);

create view reviews as
select review_id, order_id, review_score::int as score, review_answer_timestamp::timestamp as answered
from read_csv('{data}/olist_order_reviews_dataset.csv*', header = true, delim = ',', quote = '"', escape = '"', auto_detect = false,
              columns = {{review_id: 'varchar', order_id: 'varchar', review_score: 'varchar', review_comment_title: 'varchar',
                          review_comment_message: 'varchar', review_creation_date: 'varchar', review_answer_timestamp: 'varchar'}})
where review_answer_timestamp is null or try_cast(review_answer_timestamp as timestamp) is not null;  -- one row is none: quarantined

create view products as
select product_id, product_category_name as category
from read_csv('{data}/olist_products_dataset.csv*', header = true, delim = ',', quote = '"', escape = '"', all_varchar = true);

create view sellers as
select seller_id from read_csv('{data}/olist_sellers_dataset.csv*', header = true, delim = ',', quote = '"', escape = '"', all_varchar = true);

create view english as
select product_category_name as portuguese, product_category_name_english as english
from read_csv('{data}/product_category_name_translation.csv*', header = true, delim = ',', quote = '"', escape = '"', all_varchar = true);

create table series as
select 1 as serie, strptime(data, '%d/%m/%Y')::date as day, valor::decimal(18,6) as value from read_json('{bcb}/bcdata.sgs.1.*.json', columns = {{data: 'varchar', valor: 'varchar'}})
union all select 433, strptime(data, '%d/%m/%Y')::date, valor::decimal(18,6) from read_json('{bcb}/bcdata.sgs.433.*.json', columns = {{data: 'varchar', valor: 'varchar'}})
union all select 432, strptime(data, '%d/%m/%Y')::date, valor::decimal(18,6) from read_json('{bcb}/bcdata.sgs.432.*.json', columns = {{data: 'varchar', valor: 'varchar'}});

-- Cents of a dollar for cents of a real at a rate in ten-thousandths, half away from zero: exact, in whole numbers.
create macro dollars(brl, rate) as
  (((2 * (brl * 100)::hugeint * 10000 + (rate * 10000)::hugeint) // (2 * (rate * 10000)::hugeint))::decimal(16,0) * 0.01)::decimal(18,2);
-- total / count with `digits` decimals, half away from zero, of amounts that are not negative.
create macro mean(total, units, digits) as
  ((2 * (total * 10 ** 6)::hugeint * (10 ** digits)::hugeint + units * 1000000) // (2 * units * 1000000));

-- The day's rate is that of the last published day up to it, looked up the slow and obvious way.
create table economy as
select day,
       (select arg_max(value, s.day) from series s where serie = 1 and s.day <= d.day)::decimal(10,4) as usd_brl,
       (select max(value) from series s where serie = 433 and s.day = date_trunc('month', d.day))::decimal(9,4) as ipca,
       (select arg_max(value, s.day) from series s where serie = 432 and s.day <= d.day)::decimal(9,4) as selic,
       not exists (select 1 from series s where serie = 1 and s.day = d.day) as carried
from (select distinct bought::date as day from orders union select day from series) d;

create macro period(rate) as case when rate < 3.5 then 'Strong BRL' when rate <= 4.5 then 'Moderate BRL' when rate > 4.5 then 'Weak BRL' end;

create view named as
select p.product_id, p.category, case when e.english is not null then e.english when p.category is not null then p.category else 'unknown' end as name,
       case when p.category is null then 'desconhecida' else p.category end as name_pt
from products p left join english e on e.portuguese = p.category;

-- A line of a sale with all that the marts group by.
create table sold as
select i.*, o.bought::date as day, o.delivered::date > o.promised::date as late, c.customer_state as state, c.customer_unique_id as person,
       n.name, n.name_pt, e.usd_brl, e.ipca, e.selic
from items i
join orders o on o.order_id = i.order_id and o.sale
join customers c on c.customer_id = o.customer_id
join named n on n.product_id = i.product_id
join economy e on e.day = o.bought::date;
