"""What all workloads share: the contract, the handler of the function, the app of the instance."""
