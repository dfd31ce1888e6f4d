# Expected figures of test_survey.py, by R package survey. Run: Rscript survey.R
suppressMessages(library(survey))
cat("survey", as.character(packageVersion("survey")), "| R", as.character(getRversion()), "\n")
show <- function(name, ...) cat(name, format(c(...), digits = 10), "\n")

# a row per graded case of each stratum: x of n counted, out of N
cases <- function(N, n, x) {
  do.call(rbind, Map(function(stratum, N, n, x) {
    data.frame(stratum = stratum, N = N, counted = rep(c(1, 0), c(x, n - x)))
  }, letters[seq_along(N)], N, n, x))
}
share <- function(name, N, n, x, lonely = "fail") {
  options(survey.lonely.psu = lonely)
  design <- svydesign(ids = ~1, strata = ~stratum, fpc = ~N, data = cases(N, n, x))
  found <- svymean(~counted, design)
  show(paste0(name, ": share, SE, df:"), coef(found), SE(found), degf(design))
  invisible(design)
}

design <- share("three like strata", c(100, 60, 40), c(20, 12, 10), c(13, 8, 6))
show("three like strata, logit limits:", confint(svyciprop(~counted, design, method = "logit")))
show("three like strata, beta limits:", confint(svyciprop(~counted, design, method = "beta")))
share("minimum per stratum", c(40, 300), c(10, 15), c(7, 11))
share("three unlike strata", c(100, 60, 40), c(20, 12, 10), c(15, 5, 8))
share("one stratum counted in full", c(100, 12, 40), c(20, 12, 10), c(13, 8, 6))
for (rule in c("adjust", "average", "remove", "certainty")) {
  share(paste("a single case,", rule), c(100, 60, 5), c(20, 12, 1), c(13, 8, 1), rule)
}
options(survey.lonely.psu = "fail")

# four grades, worst first
graded <- cases(c(100, 60, 40), c(20, 12, 10), c(0, 0, 0))
graded$grade <- unlist(lapply(list(c(2, 6, 9, 3), c(1, 4, 5, 2), c(3, 3, 2, 2)), function(n) rep(1:4, n)))
design <- svydesign(ids = ~1, strata = ~stratum, fpc = ~N, data = graded)
show("grades, shares:", coef(svymean(~ factor(grade), design)))
show("grades, median:", coef(svyquantile(~grade, design, 0.5)))

# a team that cuts across two strata, sampled at 1 in 5 and at 1 in 15
team <- data.frame(
  stratum = rep(c("a", "b"), c(20, 20)), N = rep(c(100, 300), each = 20),
  member = c(rep(c(TRUE, FALSE), c(8, 12)), rep(c(TRUE, FALSE), c(6, 14))),
  counted = c(rep(c(1, 0), c(5, 3)), rep(c(1, 0), c(7, 5)), rep(c(1, 0), c(4, 2)), rep(c(1, 0), c(9, 5)))
)
design <- svydesign(ids = ~1, strata = ~stratum, fpc = ~N, data = team)
found <- svyby(~counted, ~member, design, svymean)
show("others, the team: shares, SE:", coef(found), SE(found))
show("df of the team's cases, of its strata:", degf(subset(design, member)), degf(design))

# two phases: of each class (stratum, N, selected, graded, counted) some are graded
phases <- function(name, ...) {
  selected <- do.call(rbind, lapply(seq_along(list(...)), function(class) {
    one <- list(...)[[class]]
    data.frame(stratum = one[1], N = one[2], class = class,
               graded = rep(c(TRUE, FALSE), c(one[4], one[3] - one[4])),
               counted = rep(c(1, 0), c(one[5], one[3] - one[5])))
  }))
  design <- twophase(
    id = list(~1, ~1), strata = list(~stratum, ~class), fpc = list(~N, NULL),
    subset = ~graded, data = selected, method = "full"
  )
  found <- svymean(~counted, design)
  show(paste0(name, ": share, SE:"), coef(found), SE(found))
  one_phase <- svydesign(~1, strata = ~stratum, fpc = ~N, data = subset(selected, graded))
  found <- svymean(~counted, one_phase)
  show(paste0(name, ", as one phase: share, SE:"), coef(found), SE(found))
}
phases("one stratum, two classes", c(1, 200, 40, 35, 28), c(1, 200, 20, 10, 4))
phases("one stratum, one class, few", c(1, 172, 8, 4, 1))
phases("two strata, one class each", c(1, 200, 60, 45, 32), c(2, 300, 40, 30, 19))
phases("two strata, two classes each", c(1, 200, 40, 35, 28), c(1, 200, 20, 10, 4),
       c(2, 300, 25, 20, 12), c(2, 300, 15, 10, 7))

# moderation: 80 of 400 cases audited, some of each audit grade moderated; counted: moderated as good
audits <- data.frame(N = 400, audit = rep(c("poor", "fair", "good"), c(20, 25, 35)))
audits$moderated <- c(rep(c(TRUE, FALSE), c(10, 10)), rep(c(TRUE, FALSE), c(10, 15)), rep(c(TRUE, FALSE), c(14, 21)))
audits$counted <- 0
audits$counted[c(1, 21:24, 46:55)] <- 1
design <- twophase(
  id = list(~1, ~1), strata = list(NULL, ~audit), fpc = list(~N, NULL),
  subset = ~moderated, data = audits, method = "full"
)
found <- svymean(~counted, design)
show("moderated: share, SE:", coef(found), SE(found))
