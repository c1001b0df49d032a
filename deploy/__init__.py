"""How it is built: an architecture becomes a CloudFormation template, and the template a running stack."""
