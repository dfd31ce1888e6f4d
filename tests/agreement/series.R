# The random series that the documentation of qicharts2 and the tests of NHSRplotthedots use, as R makes
# them, for test_qicharts2.py and test_nhsrplotthedots.py. Run: Rscript series.R
options(digits = 15, width = 100)
set.seed(19)
y <- rnorm(24)
y[22] <- 4
y[13:24] <- rnorm(12, mean = 2)
cat("qicharts2\n")
print(y)
set.seed(123)
cat("NHSRplotthedots\n")
print(rnorm(20))
