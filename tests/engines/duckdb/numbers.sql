-- t.rounded
select * from (values
  (1, 2.50, 3.0, 0.429, 3.0), (2, 0.02, 0.0, -3.500, 0.0), (3, -0.01, 0.0, -3.500, 0.0), (4, 1234567893400.00, 1234567893400.0, null, 1234567893400.0),
  (5, 0.00, 0.0, 0.333, 0.0), (6, null, null, 0.667, null), (7, null, null, null, null), (8, 0.33, 0.0, 2.500, 0.0))

-- t.quotients
select * from (values
  (1, 2.5, 0.428571428571, 3.333333333333, 0, 3, 0.01),
  (2, 0.015430670000, -3.5, 0.016666666667, -3, -1, 0.02),
  (3, -0.005, -3.5, -0.016666666667, -3, 1, -0.02),
  (4, 1234567893400.000000000000, null, 41152263.113333333333, null, null, 0.01),
  (5, 0.0025, 0.333333333333, -0.833333333333, 0, 1, -0.01),
  (6, null, 0.666666666667, 33.33, 0, 2, 0.00),
  (7, null, null, null, null, null, null),
  (8, 0.333333333333, 2.5, 0.333333333333, 2, 2, 0.01))

-- t.doubled
select id, amount::double / nullif(rate::double, 0), n::double / nullif(d::double, 0), 1.0::double / nullif(id - 1, 0) from t.pairs

-- t.averages
select 17636699.690000, -122.344950, 3.000000, 4.666667, 2.142857, 123456897.83, 21, 7

-- t.running
select * from (values
  (1, 3, 4.000000, -2.50), (2, -4, 3.620150, -2.50), (3, 3, 6.620150, -2.50), (4, 8, 5.000050, -2.50),
  (5, 9, -499.999950, -2.50), (6, 11, -500.000000, -2.50), (7, 11, 0.500000, -2.50), (8, 21, 2.000000, -2.50))

-- t.products
select id, amount * rate::decimal(38,4), amount::decimal(38,2) + rate, amount::decimal(38,2) * 2, n * d, n + 1, -amount, amount - 1.5 from t.pairs

-- t.big
select 99999998999999999900.000001, 9999999999999999.9901

-- t.nested
select * from (values
  (1, 0.3571, 4.50), (2, 0.0077, 0.01), (3, 0.0025, 0.00), (4, null, 1234567893400.0 + 123444444.90), (5, 0.0008, 0.00),
  (6, null, null), (7, null, null), (8, 0.0833, 0.55))

-- t.branches
select id, if(n > 0, amount, 0), ifnull(amount, 0), case n when 3 then 1.0 when 5 then 2.5 end, if(n = 3, null, n), ifnull(n, 0) from t.pairs

-- t.double_rounds
select 3.0, -3.0, 0.13, 10000000000.0
