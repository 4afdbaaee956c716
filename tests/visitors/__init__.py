"""People who use the pages, as tests play them."""
