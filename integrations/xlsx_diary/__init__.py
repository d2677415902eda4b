"""The conference diary, and the staff directory, as an Excel workbook."""
