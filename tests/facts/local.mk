TESTS += %D%/facts.test
