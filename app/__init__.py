"""Duban 督办: registers of key tasks, kept alive."""
