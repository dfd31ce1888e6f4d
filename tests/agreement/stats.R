# Expected figures of test_stats.py, by R itself (package stats). Run: Rscript stats.R
cat("R", as.character(getRversion()), "\n")
show <- function(name, ...) cat(name, format(c(...), digits = 10), "\n")

show("binom.test 3 of 12:", binom.test(3, 12)$conf.int)
show("binom.test 0 of 25:", binom.test(0, 25)$conf.int)
show("prop.test 27 of 40, no correction:", prop.test(27, 40, correct = FALSE)$conf.int)
show("prop.test 27 of 40 at 90%:", prop.test(27, 40, conf.level = 0.9, correct = FALSE)$conf.int)
show("binom.test 9 of 12 pairs, p:", binom.test(9, 12)$p.value)
show("binom.test 5 of 10 pairs, p:", binom.test(5, 10)$p.value)
show("mid-p of 9 of 12:", 2 * pbinom(3, 12, 0.5) - dbinom(3, 12, 0.5))
show("mcnemar.test 9 and 3, chi-squared:", mcnemar.test(matrix(c(10, 3, 9, 14), 2), correct = FALSE)$statistic)
moved <- 3 * matrix(c(3, 4, 2, 0, 1, 6, 5, 1, 0, 2, 8, 4, 1, 1, 2, 5), 4, byrow = TRUE)
show("mcnemar.test of four grades, chi-squared, df, p:",
     unlist(mcnemar.test(moved)[c("statistic", "parameter", "p.value")]))
p <- c(0.001, 0.008, 0.012, 0.03, 0.041, 0.2, 0.7)
show("p.adjust holm:", p.adjust(p, "holm"))
show("p.adjust BH:", p.adjust(p, "BH"))
show("p.adjust holm, ties and a missing one:", p.adjust(c(0.02, NA, 0.02, 0.5, 0.02), "holm"))
show("p.adjust BH, ties and a missing one:", p.adjust(c(0.02, NA, 0.02, 0.5, 0.02), "BH"))

# power: every outcome weighed by dbinom, rejected by the test itself
paired <- function(n, gained, lost) {
  sum(sapply(0:n, function(m) {
    g <- 0:m
    p <- sapply(g, function(x) {
      low <- min(x, m - x)
      if (2 * low == m) 1 else 2 * pbinom(low, m, 0.5) - dbinom(low, m, 0.5)
    })
    dbinom(m, n, gained + lost) * sum(dbinom(g, m, gained / (gained + lost))[p <= 0.05])
  }))
}
show("power of McNemar mid-p, 40 pairs, 0.3 and 0.1:", paired(40, 0.3, 0.1))
show("power.prop.test, 93 each, 0.5 and 0.7, strict:",
     power.prop.test(n = 93, p1 = 0.5, p2 = 0.7, strict = TRUE)$power)
show("power.prop.test, 0.4 to 0.55, 80%, n:", power.prop.test(p1 = 0.4, p2 = 0.55, power = 0.8)$n)

# hypergeometric: fewest of N = 250 to show at 95% that under 10% (25) are poor when none is found
show("fewest:", which(sapply(1:250, function(n) phyper(0, 25, 225, n)) <= 0.05)[1])
above <- function(x, n, N) max(which(phyper(x, 0:N, N - 0:N, n) > 0.025)) - 1
below <- function(x, n, N) min(which(1 - phyper(x - 1, 0:N, N - 0:N, n) > 0.025)) - 1
show("phyper, 3 of 12 from 60: least and most that exist:", below(3, 12, 60), above(3, 12, 60))

show("mid-p of 7 of 20 at 0.6:", 2 * (pbinom(6, 20, 0.6) + dbinom(7, 20, 0.6) / 2))
