"""What is wrong with the rows of an extract, for who mends them."""
