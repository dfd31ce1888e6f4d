# Makes random_designs.csv for test_survey.py: 40 random stratified samples with the share, its standard
# error and its degrees of freedom by R package survey (4.1.1 on R 4.2.2). Run: Rscript random_designs.R
suppressMessages(library(survey))
set.seed(2026)
designs <- lapply(1:40, function(design) {
  strata <- sample(2:5, 1)
  N <- sample(30:400, strata, replace = TRUE)
  n <- pmin(N - 1, sample(6:25, strata, replace = TRUE))
  x <- rbinom(strata, n, runif(1, 0.2, 0.8))
  cases <- do.call(rbind, lapply(1:strata, function(h) {
    data.frame(h = h, N = N[h], counted = rep(c(1, 0), c(x[h], n[h] - x[h])))
  }))
  made <- svydesign(ids = ~1, strata = ~h, fpc = ~N, data = cases)
  found <- svymean(~counted, made)
  data.frame(design, stratum = 1:strata, population = N, n, x, share = coef(found)[[1]],
             error = SE(found)[[1]], freedom = degf(made))
})
designs <- do.call(rbind, designs)
designs$share <- signif(designs$share, 12)
designs$error <- signif(designs$error, 12)
write.csv(designs, "random_designs.csv", row.names = FALSE, quote = FALSE)
