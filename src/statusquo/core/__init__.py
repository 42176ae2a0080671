"""The ground floor: values, protocols and pure functions. Standard library only; every room stands on it."""
