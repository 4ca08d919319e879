"""A reader of SOQL: text to tree, tree to SQL over the org's tables."""
