TESTS += %D%/tpch.test
