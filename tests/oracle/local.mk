TESTS += %D%/tpch.test
TESTS += %D%/tpcds.test
