TESTS += %D%/forms.test
