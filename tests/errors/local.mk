TESTS += %D%/errors.test
