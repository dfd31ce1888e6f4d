# Expected figures of test_coin.py, by R packages coin and exactRankTests. Run: Rscript coin.R
suppressMessages({library(coin); library(exactRankTests)})
cat("coin", as.character(packageVersion("coin")), "| exactRankTests",
    as.character(packageVersion("exactRankTests")), "| R", as.character(getRversion()), "\n")
show <- function(name, ...) cat(name, format(c(...), digits = 10), "\n")
both <- function(name, found) show(paste0(name, ": statistic, p:"), statistic(found), pvalue(found))

# 44 re-audited cases, grades 1 to 4: before by row, after by column
moved <- matrix(c(3, 4, 2, 0, 1, 6, 5, 1, 0, 2, 8, 4, 0, 1, 2, 5), 4, byrow = TRUE)
tab <- as.table(moved)
dimnames(tab) <- list(before = 1:4, after = 1:4)
both("mh_test", mh_test(tab))
both("mh_test, three times as many cases", mh_test(as.table(3 * moved)))
set.seed(1)
both("mh_test, a million draws", mh_test(tab, distribution = approximate(nresample = 1e6)))
both("mh_test, scores 1 to 4", mh_test(tab, scores = list(response = 1:4)))
pairs <- as.data.frame(tab)[rep(seq_along(moved), as.vector(moved)), 1:2]
before <- as.integer(pairs$before); after <- as.integer(pairs$after)
for (how in c("asymptotic", "exact")) {
  both(paste("wilcoxsign_test, Pratt,", how),
       wilcoxsign_test(after ~ before, distribution = how, zero.method = "Pratt"))
}
step <- after - before
show("perm.test of the steps, exact p:", perm.test(after, before, paired = TRUE, exact = TRUE)$p.value)

# independent samples: cases at each of four grades
first <- c(6, 8, 5, 1); second <- c(2, 5, 9, 6)
grade <- c(rep(1:4, first), rep(1:4, second))
when <- factor(rep(c("before", "after"), c(sum(first), sum(second))), levels = c("after", "before"))
both("wilcox_test, asymptotic", wilcox_test(grade ~ when))
both("wilcox_test, exact", wilcox_test(grade ~ when, distribution = "exact"))
show("wilcox.exact, p:", wilcox.exact(rep(1:4, second), rep(1:4, first))$p.value)
tiny <- factor(rep(c("b", "a"), c(4, 5)))
both("wilcox_test, exact, 4 and 5 cases", wilcox_test(c(1, 1, 2, 3, 2, 3, 3, 4, 4) ~ tiny, distribution = "exact"))

# van Elteren: ranks within stratum over size + 1, stratum as block
strata <- data.frame(
  team = factor(rep(c("x", "y", "z"), c(14, 20, 10))),
  when = factor(c(rep(c("before", "after"), c(8, 6)), rep(c("before", "after"), c(9, 11)),
                  rep(c("before", "after"), c(5, 5))), levels = c("after", "before")),
  grade = c(1, 1, 2, 2, 2, 3, 3, 4, 2, 2, 3, 3, 4, 4,
            1, 1, 1, 2, 2, 2, 3, 3, 3, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4,
            2, 3, 3, 4, 4, 3, 3, 4, 4, 4)
)
strata$score <- ave(strata$grade, strata$team, FUN = function(g) rank(g) / (length(g) + 1))
both("independence_test, van Elteren", independence_test(score ~ when | team, data = strata, teststat = "scalar"))

# published tables whose figures stand in tests/analysis: vision (Stuart 1955), two pathologists (Agresti
# 2002, table 10.8), and fifty pairs of grades with many ties
vision <- matrix(c(1520, 266, 124, 66, 234, 1512, 432, 78, 117, 362, 1772, 205, 36, 82, 179, 492), 4, byrow = TRUE)
both("mh_test, vision", mh_test(as.table(vision)))
slides <- matrix(c(22, 2, 2, 0, 0, 5, 7, 14, 0, 0, 0, 2, 36, 0, 0, 0, 1, 14, 7, 0, 0, 0, 3, 0, 3), 5, byrow = TRUE)
both("mh_test, pathologists, scores 1 to 5", mh_test(as.table(slides), scores = list(response = 1:5)))
one <- rep(1:5, rowSums(slides)); other <- unlist(apply(slides, 1, function(counts) rep(1:5, counts)))
show("perm.test, pathologists, exact p:", perm.test(one, other, paired = TRUE, exact = TRUE)$p.value)
both("mh_test, three grades", mh_test(as.table(matrix(c(14, 7, 9, 5, 26, 19, 1, 7, 12), 3, byrow = TRUE))))
digits <- function(text) as.integer(strsplit(text, "")[[1]])
later <- digits("64557666766566553665654666743466564665766567666577")
earlier <- digits("53535362362556464553756643432454462674455557453267")
both("wilcoxsign_test, fifty pairs", wilcoxsign_test(later ~ earlier, distribution = "exact", zero.method = "Pratt"))
