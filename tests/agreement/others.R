# Expected figures of test_kappa_spread_and_power.py, by R packages vcd and metafor.
# Run: Rscript others.R
for (package in c("vcd", "metafor")) {
  suppressMessages(library(package, character.only = TRUE))
  cat(package, as.character(packageVersion(package)), "\n")
}
show <- function(name, ...) cat(name, format(c(...), digits = 10), "\n")

rated <- matrix(c(9, 3, 1, 0, 2, 12, 5, 1, 0, 4, 15, 3, 0, 0, 2, 8), 4, byrow = TRUE)
found <- vcd::Kappa(as.table(rated), weights = "Fleiss-Cohen")
show("vcd Kappa, Fleiss-Cohen: kappa, ASE:", found$Weighted)

x <- c(9, 9, 12, 15, 20, 22, 27, 33, 40, 40); n <- c(30, 30, 30, 40, 40, 40, 50, 50, 50, 50)
# as team_spread, but about the mean of all: its centre is that mean, fixed effects
centre <- coef(metafor::rma(measure = "PAS", xi = x, ni = n, method = "EE"))
found <- metafor::rma(measure = "PAS", xi = x, ni = n, method = "DL")
show("metafor rma, arcsine, DL: centre, tau2, Q:", sin(centre)^2, found$tau2, found$QE)

# five auditors' grades less the moderators', in steps; the variance of one audit is pooled
steps <- list(c(1, 0, 1, 1, 0, 0, 1, 1), c(0, 0, -1, 0, 0, 1), c(-1, 0, -1, -1, 0, -1, -2, 0, -1, 0),
              c(0, 1, 0, 0, 1, 0, 0), c(2, 1, 1, 0, 1, 1, 2, 1, 0))
within <- sum(unlist(lapply(steps, function(one) (one - mean(one))^2))) / (length(unlist(steps)) - 5)
found <- metafor::rma(yi = sapply(steps, mean), vi = within / lengths(steps), method = "EB", control = list(threshold = 1e-12))
limits <- confint(found, control = list(tol = 1e-12))$random["tau", ]
show("metafor rma, EB: tau and its limits by Q-profile:", limits)
