"""A page to try the service in a browser: another way in to the handlers of the contract, no second one."""
