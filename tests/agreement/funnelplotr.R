# Expected figures of test_funnelplotr.py, by R package FunnelPlotR 0.6.0. Run: Rscript funnelplotr.R
# Where the package cannot be installed, its functions transformed_zscore, winsorisation, phi_func and
# tau_func (file R/od_adjustment.R) give phi and tau2 on their own.
library(FunnelPlotR)
cat("FunnelPlotR", as.character(packageVersion("FunnelPlotR")), "\n")
teams <- data.frame(
  x = c(9, 12, 15, 18, 20, 22, 27, 33, 40, 48, 14, 44),
  n = c(30, 30, 30, 40, 40, 40, 50, 50, 50, 60, 35, 70), team = letters[1:12]
)
plot <- funnel_plot(teams, x, n, team, data_type = "PR", sr_method = "CQC", trim_by = 0.1)
cat(format(c(phi(plot), tau2(plot)), digits = 10), "\n")
