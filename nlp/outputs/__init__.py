"""What the analyst takes away: figures, word cloud, workbook, report."""
