-- t.equal_structs
select a.id, b.id as other from t.items a join t.items b on a.code is not distinct from b.code and a.price is not distinct from b.price
