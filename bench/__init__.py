"""Speed and size: a company of a million cases made by COPY, and what its pages take to answer. Not in the product."""
