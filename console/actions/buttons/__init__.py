"""What an incident is offered, from the console, its protocol, its platform and its team."""
