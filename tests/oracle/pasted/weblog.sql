-- name: hits_count
select count(*) from raw.hits

-- name: hits_advertised
select count(*) from raw.hits where adv_engine_id <> 0

-- name: hits_three_aggregates
select sum(adv_engine_id), count(*), avg(resolution_width) from raw.hits

-- name: hits_average_user
select avg(user_id) from raw.hits

-- name: hits_distinct_users
select count(distinct user_id) as users, count(distinct search_phrase) as phrases from raw.hits

-- name: hits_first_and_last_day
select min(event_date), max(event_date) from raw.hits

-- name: hits_by_engine
select adv_engine_id, count(*) from raw.hits where adv_engine_id <> 0 group by adv_engine_id order by count(*) desc, 1

-- name: hits_users_by_region
select region_id, count(distinct user_id) as u from raw.hits group by region_id order by u desc, region_id limit 10

-- name: hits_regions
select region_id, sum(adv_engine_id), count(*) as c, avg(resolution_width), count(distinct user_id) from raw.hits group by region_id order by c desc, region_id limit 10

-- name: hits_phone_models
select mobile_phone_model, count(distinct user_id) as u from raw.hits where mobile_phone_model <> '' group by mobile_phone_model order by u desc, 1 limit 10

-- name: hits_phrases
select search_phrase, count(*) as c from raw.hits where search_phrase <> '' group by search_phrase order by c desc, search_phrase limit 10

-- name: hits_engine_and_phrase
select search_engine_id, search_phrase, count(*) as c from raw.hits where search_phrase <> '' group by search_engine_id, search_phrase order by c desc, 1, 2 limit 10

-- name: hits_users
select user_id, count(*) from raw.hits group by user_id order by count(*) desc, user_id limit 10

-- name: hits_by_minute
select user_id, extract(minute from event_time) as m, search_phrase, count(*) from raw.hits group by user_id, m, search_phrase order by count(*) desc, 1, 2, 3 limit 10

-- name: hits_of_one_user
select user_id from raw.hits where user_id = 17

-- name: hits_like
select count(*) from raw.hits where url like '%news%'

-- name: hits_like_grouped
select search_phrase, min(url), count(*) as c from raw.hits where url like '%news%' and search_phrase <> '' group by search_phrase order by c desc, 1 limit 10

-- name: hits_not_like
select search_phrase, min(url), min(title) as title, count(*) as c, count(distinct user_id) from raw.hits where title like '%Google%' and url not like '%.google.%' and search_phrase <> '' group by search_phrase order by c desc, 1 limit 10

-- name: hits_star
select * from raw.hits where url like '%news%' order by event_time limit 10

-- name: hits_ordered_by_time
select search_phrase from raw.hits where search_phrase <> '' order by event_time limit 10

-- name: hits_ordered_by_both
select search_phrase from raw.hits where search_phrase <> '' order by event_time, search_phrase limit 10

-- name: hits_long_urls
select counter_id, avg(length(url)) as l, count(*) as c from raw.hits where url <> '' group by counter_id having count(*) > 10 order by l desc, 1 limit 25

-- name: hits_referers
select regexp_replace(referer, '^https?://(?:www\.)?([^/]+)/.*$', '\1') as k, avg(length(referer)) as l, count(*) as c, min(referer) from raw.hits where referer <> '' group by k having count(*) > 3 order by l desc, k limit 25

-- name: hits_many_sums
select sum(resolution_width) as s0, sum(resolution_width + 1) as s1, sum(resolution_width + 2) as s2, sum(resolution_width + 3) as s3, sum(resolution_width + 89) as s89 from raw.hits

-- name: hits_engine_and_address
select search_engine_id, client_ip, count(*) as c, sum(is_refresh), avg(resolution_width) from raw.hits where search_phrase <> '' group by search_engine_id, client_ip order by c desc, 1, 2 limit 10

-- name: hits_by_watch
select watch_id, client_ip, count(*) as c, sum(is_refresh), avg(resolution_width) from raw.hits group by watch_id, client_ip order by c desc, watch_id limit 10

-- name: hits_url_with_constant
select 1 as one, url, count(*) as c from raw.hits group by 1, url order by c desc, url limit 10

-- name: hits_addresses
select client_ip, client_ip - 1 as one, client_ip - 2 as two, client_ip - 3 as three, count(*) as c from raw.hits group by client_ip, client_ip - 1, client_ip - 2, client_ip - 3 order by c desc, 1 limit 10

-- name: hits_pages_of_a_month
select url, count(*) as pageviews from raw.hits where counter_id = 62 and event_date >= date '2013-07-01' and event_date <= date '2013-07-31' and is_refresh = 0 and url <> '' group by url order by pageviews desc, url limit 10

-- name: hits_later_pages
select title, count(*) as pageviews from raw.hits where counter_id = 62 and event_date between date '2013-07-01' and date '2013-07-31' and title <> '' group by title order by pageviews desc, title limit 10 offset 2

-- name: hits_traffic
select traffic_source_id, search_engine_id, adv_engine_id, case when (search_engine_id = 0 and adv_engine_id = 0) then referer else '' end as src, url as dst, count(*) as pageviews from raw.hits where counter_id = 62 and event_date >= date '2013-07-01' and is_refresh = 0 group by traffic_source_id, search_engine_id, adv_engine_id, src, dst order by pageviews desc, 1, 2, 3, 4, 5 limit 10 offset 1

-- name: hits_hashes
select url_hash, event_date, count(*) as pageviews from raw.hits where counter_id = 62 and is_refresh = 0 and traffic_source_id in (-1, 4) and url_hash % 2 = 0 group by url_hash, event_date order by pageviews desc, 1, 2 limit 10

-- name: hits_window_sizes
select window_width, window_height, count(*) as pageviews from raw.hits where counter_id = 62 and is_refresh = 0 group by window_width, window_height order by pageviews desc, 1, 2 limit 10 offset 5

-- name: hits_minutes
select date_trunc('minute', event_time) as m, count(*) as pageviews from raw.hits where event_date >= date '2013-07-14' and event_date <= date '2013-07-15' group by date_trunc('minute', event_time) order by date_trunc('minute', event_time) limit 10 offset 3

-- name: hits_bounce
with sessions as (
  select user_id, event_time, event_time - lag(event_time) over (partition by user_id order by event_time) > interval '6 hours' as far, url from raw.hits
), numbered as (
  select *, count(*) filter (where far or far is null) over (partition by user_id order by event_time) as session from sessions
)
select count(*) as sessions, count(*) filter (where pages = 1) as bounced, round(100.0 * count(*) filter (where pages = 1) / count(*), 1) as bounce_rate
from (select user_id, session, count(*) as pages from numbered group by all) as by_session

-- name: hits_rates
select event_date, avg(case when is_refresh = 1 then 1.0 else 0.0 end) as refresh_rate, count(*) filter (where is_mobile = 1) as mobile, count(distinct user_id) filter (where is_mobile = 0) as desktop_users from raw.hits group by event_date

-- name: hits_moving_average
select event_date, count(distinct user_id) as users, avg(count(distinct user_id)) over (order by event_date rows between 2 preceding and current row) as ma3, count(*) - lag(count(*)) over (order by event_date) as change from raw.hits group by event_date

-- name: hits_share_in_region
select region_id, counter_id, count(*) as c, count(*) * 1.0 / sum(count(*)) over (partition by region_id) as pct from raw.hits group by region_id, counter_id having count(*) > 3

-- name: hits_top_of_each_day
select event_date, region_id, count(*) as c, row_number() over (partition by event_date order by count(*) desc, region_id) as rn from raw.hits group by event_date, region_id qualify rn <= 2

-- name: hits_heavy_users
with heavy as (select user_id from raw.hits group by user_id having count(*) > 8)
select count(*) as n, count(distinct h.region_id) as regions from raw.hits h where h.user_id in (select user_id from heavy)

-- name: hits_mobile_or_not
select 'mobile' as kind, count(*) as c, count(distinct user_id) as u from raw.hits where is_mobile = 1 union all select 'desktop', count(*), count(distinct user_id) from raw.hits where is_mobile = 0

-- name: hits_regions_side_by_side
select a.region_id, a.mob, b.desk from (select region_id, count(*) as mob from raw.hits where is_mobile = 1 group by region_id) a join (select region_id, count(*) as desk from raw.hits where is_mobile = 0 group by region_id) b on a.region_id = b.region_id order by a.mob + b.desk desc, 1 limit 25

-- name: hits_buckets
select mod(watch_id, 10) as bucket, floor(client_ip / 100) as class_a, count(*) as c from raw.hits group by bucket, class_a order by c desc, 1, 2 limit 25

-- name: hits_hours_and_weekdays
select extract(hour from event_time) as h, extract(dow from event_time) as d, date_trunc('week', event_date) as week, count(*) as c from raw.hits group by all order by all limit 50
-- differs: week date TIMESTAMP date_trunc of a date is a date
