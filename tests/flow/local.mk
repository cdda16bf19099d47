TESTS += %D%/noninterference.test
