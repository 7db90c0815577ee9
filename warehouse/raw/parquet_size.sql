-- One row: how many rows a parquet file says it has, and how many bytes its columns say they unpack to.
select
    (select sum(num_rows) from parquet_file_metadata($path)) as row_count,
    (select coalesce(sum(total_uncompressed_size), 0) from parquet_metadata($path)) as unpacked_size
