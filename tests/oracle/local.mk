TESTS += %D%/tpch.test
TESTS += %D%/tpcds.test
TESTS += %D%/postgres.test
