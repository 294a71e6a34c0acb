"""The database: the only place that knows SQL; one module of queries per noun."""
