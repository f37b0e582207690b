"""What a researcher changes: levers, uncertainties, dates; and the clauses behind them."""
