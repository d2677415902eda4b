"""Potterby's register of enquiries: a text file that its old system writes each night."""
