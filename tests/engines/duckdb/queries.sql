-- t.grouped_all
select code, datetrunc('month', day), count(*), sum(price) from t.items group by code, datetrunc('month', day)

-- t.grouped_ordinal
select * from (values ('a', 2), ('b', 2))

-- t.grouped_alias
select * from (values ('A', 20.50), ('B', 5.25), ('C', -1.00), (null, 7.00))

-- t.grouped_sets
select code, day, count(*) from t.items group by grouping sets ((code), (code, day), ())

-- t.rolled
select code, day, count(*) from t.items group by rollup (code, day)

-- t.distinct_on
select * from (values ('a', 2), ('b', 4), ('c', 5), (null, 6))

-- t.distinct_rows
select * from (values ('a'), ('b'), ('c'), (null))

-- t.qualified
select * from (values (2, 'a', 20.50), (4, 'b', 5.25), (5, 'c', -1.00), (6, null, 7.00))

-- t.newest_of
select * from t.items where id in (2, 4, 5, 6)

-- t.qualified_star
select * from t.items where id in (2, 4, 5, 6)

-- t.qualified_group
select * from (values ('a', 2), ('b', 2))

-- t.stars
select i.id, i.code, coalesce(i.price, 0), i.day, c."Title", c."order" from t.items i left join t.codes c on c.code = i.code

-- t.star_using
select i.*, c."Title", c."order" from t.items i join t.codes c on c.code = i.code

-- t.two_stars
select 'a', 'Alpha', 1, * from t.rates

-- t.asof_rate
select * from (values (1, 1.1), (2, 1.2), (3, 1.2), (6, 1.3))

-- t.asof_left
select * from (values (1, 1.1, date '2024-01-01'), (2, 1.2, date '2024-02-01'), (3, 1.2, date '2024-02-01'), (4, null, null), (5, null, null), (6, 1.3, date '2024-03-01'))

-- t.semi
select id from t.items where code in ('a', 'b')

-- t.anti
select * from (values (5), (6))

-- t.semi_and_more
select i.id, r.rate from t.items i left join t.rates r on r.day > i.day where i.code in ('a', 'b') and i.id <> 2

-- t.semi_using
select id from t.items where code in ('a', 'b')

-- t.full_using
select * from (values ('a', 1, 1), ('a', 2, 1), ('b', 3, 2), ('b', 4, 2), ('c', 5, null), (null, 6, null), ('d', null, 4))

-- t.windows
select * from (values
  (5, -1.00, null, -1.00, -1.00, 1), (1, 9.00, -1.00, -1.00, 10.00, 1), (2, 29.50, 10.00, -1.00, 20.50, 2), (3, 29.50, 20.50, -1.00, 20.50, 1),
  (6, 36.50, null, -1.00, 7.00, 2), (4, 41.75, 7.00, -1.00, 5.25, 1))

-- t.ranked
select * from (values (1, 1, 3, 1, 4), (2, 1, 3, 1, 5), (3, 3, 2, 1, 6), (4, 3, 2, 2, 2), (5, 5, 1, 2, 1), (6, 6, 4, 2, 3))

-- t.unions
select * from (values (1, 10.00), (2, 20.50), (1, 100), (2, 100), (4, 100))

-- t.set_operations
select * from (values ('a'), ('b'), (null), ('d'), ('z'))

-- t.by_name
select * from (values (1, 'x'), (2, 'y'))

-- t.recursive
select * from (values (1, 'r'), (2, 'r/x'), (3, 'r/x/x'), (4, 'r/x/x/x'))

-- t.ctes
select id, 6, price from t.items

-- t.functions
select id, code in ('a', 'b'), (id + 1) * 2 + 1, ((id * 2 + 1) * 2 + 1) * 3, code not in ('a', 'b') from t.items

-- t.arguments
select id, id / 4.0::double, case when price <> 0 then 1.0::double end, day + interval '1 hour' from t.items

-- t.aliases
select * from (values (1 + 1, 4, 6), (3, 6, 9), (4, 8, 12))

-- t.shadowed
select date '2024-02-01', 2

-- t.shadowed_alias
select * from (values (-4, 5, 10.50), (-5, 6, -2.00), (-6, 7, 14.00))

-- t.shadowed_window
select * from (values (-1, 1), (-2, 2), (-3, 3), (-4, 4), (-5, 5), (-6, 6))

-- t.shadowed_order
select * from (values (2, -20.50), (1, -10.00))

-- t.ties
select * from (values (2, 20.50), (1, 10.00))

-- t.top
select * from (values (2), (1))

-- t.last
select 3

-- t.subqueries
select * from (values (1, 1.1, true, true, true), (2, 1.2, true, true, true), (3, 1.2, true, false, null), (4, null, true, true, true), (5, null, false, false, false), (6, 1.3, false, false, true))

-- t.texts
select 'it''s', 'ab', false, true, true, true, true, true, false, 'two' || chr(10) || 'lines'

-- t.dates
select id, datetrunc('month', day), day + 1, day - date '2024-01-01', day + interval '1 month', year(day), cast(moment as date), moment - interval '1 day', hour(moment),
  day >= date '2024-01-01' and day <= date '2024-02-01' from t.items

-- t.nulls
select * from (values (1, false, false, false, 'a', false), (2, false, true, false, 'a', false), (3, true, true, false, 'b', true), (4, false, true, false, 'b', true),
  (5, false, true, false, 'c', true), (6, false, true, true, '-', false))

-- t.precedence
select * from (values
  (4, -1, -2, false, true, '2x', 1, 1, 3), (6, 0, -3, false, false, '3x', 2, 2, 4), (8, 1, -4, true, true, '4x', 0, 3, 4), (10, 2, -5, true, true, '5x', 1, 4, 4),
  (12, 3, -6, true, true, '6x', 2, 5, 4), (14, 4, -7, true, null, '7x', 0, 6, 4))

-- t.guarded
select * from (values (1, 10), (4, 7))

-- t.guarded_group
select 17

-- t.guarded_key
select * from (values (10, 1), (7, 1))

-- t.guarded_of_key
select * from (values ('10', 10, 11), ('007', 7, 8))

-- t.guarded_join
select * from (values (1, 5.25), (4, 10.00))

-- t.unnested
select * from (values (1, 1), (1, 10), (2, 2), (2, 20))

-- t.pivoted
select * from (values (1, 1, 0), (2, 1, 0), (3, 0, 1), (4, 0, 1), (5, 0, 0), (6, 0, 0))

-- t.of_odd
select 3
