"""The Department for Education's Children in Need census as a feed."""
