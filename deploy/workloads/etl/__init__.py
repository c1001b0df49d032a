"""ETL: a report in CSV becomes a typed Parquet file, and SQL is asked over all of them."""
