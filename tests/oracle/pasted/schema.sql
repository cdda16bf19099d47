-- The tables of the pasted queries, for DuckDB and, with its own names of types, for PostgreSQL.
create schema raw;
create table raw.customers (
  customer_id int primary key, name varchar not null, city varchar, joined date not null, score double
);
insert into raw.customers values
  (1, 'Ann', 'Lisbon', '2023-01-01', 1.5), (2, 'Bob', null, '2023-05-05', 2.5), (3, 'Çelik', 'İzmir', '2023-07-01', null),
  (4, 'Dora', 'Lisbon', '2024-01-01', 0.5), (5, 'Zoë O''Hara', 'São Paulo', '2024-02-29', -3.25);
create table raw.orders (
  order_id int primary key, customer_id int not null, status varchar not null, amount decimal(12,2),
  ordered_at timestamp not null, shipped date, tags varchar[], payload json, seen timestamptz
);
insert into raw.orders values
  (1, 1, 'done', 10.50, '2024-01-01 10:00:00', '2024-01-03', array['a', 'b'], '{"a": {"b": 1}, "c": "x", "l": [1, 2]}', '2024-01-01 10:00:00+00'),
  (2, 1, 'open', 20.00, '2024-01-02 11:30:00', null, null, '{"a": {"b": 2}, "c": null}', '2024-01-02 11:30:00+02'),
  (3, 2, 'done', null, '2024-02-01 00:00:00', '2024-02-02', array['d'], null, null),
  (4, 3, 'cancelled', 5.25, '2024-02-15 23:59:59', '2024-02-20', array['b', 'c', 'c'], '{"c": "y"}', '2024-02-15 23:59:59+00'),
  (5, 3, 'done', 7.75, '2024-03-01 08:15:00', '2024-03-05', array['z'], '{"a": {"b": 5}, "c": "z", "l": []}', '2024-03-01 08:15:00-03'),
  (6, 1, 'done', 20.00, '2024-03-31 22:45:30', '2024-04-02', array['a', 'ç'], '{"c": "ñ"}', '2024-03-31 22:45:30+00'),
  (7, 5, 'open', 0.00, '2024-12-31 23:59:59', null, null, null, null);
create table raw.items (
  order_id int not null, line int not null, sku varchar not null, qty int not null, price decimal(10,2) not null,
  primary key (order_id, line)
);
insert into raw.items values
  (1, 1, 'apple', 2, 1.25), (1, 2, 'pear', 8, 1.00), (2, 1, 'apple', 16, 1.25), (4, 1, 'fig', 1, 5.25), (5, 1, 'apple', 3, 1.25),
  (5, 2, 'kiwi', 4, 1.00), (6, 1, 'fig', 4, 5.00), (8, 1, 'plum', 1, 0.99);
create table raw.prices (sku varchar not null, valid_from date not null, price decimal(10,2) not null, primary key (sku, valid_from));
insert into raw.prices values
  ('apple', '2024-01-01', 1.25), ('apple', '2024-02-10', 1.50), ('pear', '2023-12-01', 1.00), ('fig', '2024-03-01', 9.99);
create table raw.hits (
  watch_id bigint primary key, user_id bigint not null, region_id int not null, counter_id int not null, event_time timestamp not null,
  event_date date not null, url varchar not null, referer varchar not null, title varchar not null, search_phrase varchar not null,
  search_engine_id smallint not null, adv_engine_id smallint not null, mobile_phone_model varchar not null, is_refresh smallint not null,
  is_mobile smallint not null, resolution_width smallint not null, client_ip int not null, traffic_source_id smallint not null,
  window_width int not null, window_height int not null, url_hash bigint not null
);
insert into raw.hits select
  i * 1000003, i * 7919 % 37, i * 31 % 9, i * 17 % 5 + 60, timestamp '2013-07-01 00:00:00' + i * interval '97 minutes',
  cast(timestamp '2013-07-01 00:00:00' + i * interval '97 minutes' as date),
  case when i % 11 = 0 then '' else concat('https://', case when i % 3 = 0 then 'www.' else '' end, 'site', i % 7, '.example/', case when i % 5 = 0 then 'news/' else 'shop/' end, i % 13, '?q=', i % 4) end,
  case when i % 4 = 0 then '' else concat('http://', case when i % 2 = 0 then 'www.google.com' else 'ref.example' end, '/', i % 6) end,
  concat(case when i % 6 = 0 then 'Google ' else 'News ' end, i % 10), case when i % 3 = 0 then concat('how to ', i % 8, ' é') else '' end,
  i % 4, case when i % 10 = 0 then i % 3 else 0 end, case when i % 2 = 0 then '' else concat('phone', i % 3) end, i % 2,
  case when i % 3 = 0 then 1 else 0 end, 1000 + i * 13 % 600, i * 7, i % 6 - 1, i * 3 % 1000, i * 5 % 700, i * 2654435 % 1000
from generate_series(1, 300) as numbers (i);
