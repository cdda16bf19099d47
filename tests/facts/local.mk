TESTS += %D%/facts.test %D%/refuted.test
