"""Ofsted's Annex A workbook as a feed."""
