"""The QAF kit: credible audit samples, graded findings and quarterly reports for children's services."""
