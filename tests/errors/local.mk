TESTS += %D%/errors.test %D%/pages.test
