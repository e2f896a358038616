"""Any CSV file to arrays: reading, typing, target and roles, preprocessing."""
