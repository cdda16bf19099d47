TESTS += %D%/tpch.test
TESTS += %D%/tpcds.test
TESTS += %D%/postgres.test
TESTS += %D%/lineage.test
TESTS += %D%/pasted.test
