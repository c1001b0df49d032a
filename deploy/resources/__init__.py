"""What each kind of node becomes, one small module a kind. All are pure: parts and their lines in, resources out."""
