"""CloudFormation, answered here: the template language, change sets, stacks, events, rollback and drift."""
