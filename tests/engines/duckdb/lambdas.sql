-- t.changed
select * from (values (1, [6, 2, 4], ['é1', 'b2', '?3']), (2, [10, null], ['1']), (3, null, null))

-- t.filtered
select * from (values (1, [3, 2], [3]), (2, [5], [5]), (3, null, null))

-- t.matched
select * from (values (1, true, true, false), (2, true, false, true), (3, null, null, null))

-- t.folded
select * from (values (1, 6, 102, 3), (2, 5, 100, 5), (3, null, null, null))

-- t.zipped
select * from (values (1, ['é3', 'b1', '-2']), (2, ['5', '-0']), (3, null))

-- t.names
select * from (values (1, 11, [14, 12, 13], [13, 11, 12], [6, 2, 4]), (2, 21, [26, null], [25, null], [10, null]), (3, 31, null, null, null))

-- t.nested
select * from (values (1, [-3, 3, 0]), (2, [-5, 5]), (3, null))

-- t.grouped
select * from (values (false, [10], 10), (true, [30, 20], 50))

-- t.sets
select * from (values (1, [1, 2, 3], ['b', 'é'], [1, 2], 2, true, 'é+b'), (2, [5, null], [''], [5, null], null, false, ''), (3, null, null, null, null, null, null))
