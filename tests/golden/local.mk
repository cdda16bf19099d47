TESTS += %D%/golden.test
